package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.NetworkFunction;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** {@link EmpiricalNtk.Method#JACOBIAN}. */
final class JacobianBlocks implements KernelBlocks {

    private final NetworkFunction function;
    private final int outputs;

    JacobianBlocks(NetworkFunction function, int outputs) {
        this.function = function;
        this.outputs = outputs;
    }

    @Override
    public Part part(INDArray[] features) {
        long parameters = function.params().length();
        INDArray rows = Nd4j.createUninitialized(
                function.params().dataType(), new long[] {features[0].size(0) * outputs, parameters}, 'c');
        List<INDArray> done = new ArrayList<>();
        function.jacobians(features, jacobian -> {
            long from = (long) done.size() * outputs;
            rows.get(NDArrayIndex.interval(from, from + outputs), NDArrayIndex.all())
                    .assign(jacobian);
            jacobian.close();
            done.add(jacobian);
        });
        return new RowPart(rows, outputs);
    }

    @Override
    public long bytesPerExample() {
        return (long) outputs
                * function.params().length()
                * function.params().dataType().width();
    }
}
