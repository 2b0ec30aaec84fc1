package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.NetworkFunction;
import io.github.dl4jinit.internal.random.RandomState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link NtkMethod#PROJECTION}. */
final class ProjectedBlocks implements KernelBlocks {

    /** Of a parameter's size. The quotient's error is its square, rounding's 1e-16 over it. */
    private static final double STEP = 1e-4;

    private final NetworkFunction function;
    private final int outputs;
    private final int directions;

    ProjectedBlocks(NetworkFunction function, int outputs, int directions) {
        this.function = function;
        this.outputs = outputs;
        this.directions = directions;
    }

    /** Every part draws the same directions, from the network's seed. */
    @Override
    public Part part(INDArray[] features) {
        RandomState.ofSeed(function.seed()).restore();
        INDArray params = function.params();
        INDArray start = params.dup();
        INDArray trained = function.trained().reshape(params.shape());
        double size = start.norm2Number().doubleValue() / Math.sqrt((double) params.length());
        double step = STEP * (size > 0 ? size : 1);
        INDArray rows = Nd4j.create(DataType.DOUBLE, features[0].size(0) * outputs, directions);
        for (int direction = 0; direction < directions; direction++) {
            INDArray way =
                    Nd4j.randn(DataType.DOUBLE, params.shape()).muli(trained).muli(step);
            params.assign(start).addi(way);
            INDArray ahead = function.outputs(features);
            params.assign(start).subi(way);
            INDArray behind = function.outputs(features);
            INDArray change = ahead.subi(behind).divi(2 * step * Math.sqrt(directions));
            rows.putColumn(direction, change.reshape(change.length()));
        }
        params.assign(start);
        return new RowPart(rows, outputs);
    }

    @Override
    public long bytesPerExample() {
        return (long) outputs * directions * Double.BYTES;
    }
}
