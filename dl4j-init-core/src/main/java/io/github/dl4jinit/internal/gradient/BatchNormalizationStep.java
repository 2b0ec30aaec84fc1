package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The backward pass of batch normalization at inference: y = gamma (x - mean) / sqrt(variance + epsilon) + beta with stored mean and
 * variance. DL4J's own is that of training, where they are functions of the batch.
 */
public final class BatchNormalizationStep {

    private final LayerNode node;
    private final BatchNormalization configuration;
    private final INDArray input;
    private final int axis;

    public BatchNormalizationStep(LayerNode node, INDArray input) {
        this.node = node;
        this.configuration = (BatchNormalization) node.configuration();
        this.input = input;
        if (input.rank() != 2 && input.rank() != 4) {
            throw new IllegalArgumentException(node.view().where()
                    + ": DL4J has no backward pass of batch normalization for input of rank " + input.rank());
        }
        this.axis = input.rank() == 4 && configuration.getCnn2DFormat() == CNN2DFormat.NHWC ? 3 : 1;
    }

    public INDArray backward(Backward pass, boolean trains) {
        Layer layer = node.inside();
        INDArray deviation = deviation(layer);
        INDArray epsilon = pass.epsilon();
        if (trains && !configuration.isLockGammaBeta()) {
            INDArray mean = layer.getParam("mean");
            INDArray normalized = Nd4j.createUninitialized(input.dataType(), input.shape());
            Broadcast.sub(input, mean.reshape(mean.length()), normalized, axis);
            Broadcast.div(normalized, deviation, normalized, axis);
            // Gamma, then beta: the order of DL4J's parameters.
            INDArray rows = Nd4j.concat(1, perRow(epsilon.mul(pass.repeat(normalized))), perRow(epsilon));
            if (pass.factored()) {
                pass.emit(new LayerFactors.Rows(node.view().name(), rows));
            } else {
                INDArray gradients = layer.getGradientsViewArray();
                gradients
                        .reshape(gradients.length())
                        .get(NDArrayIndex.interval(0, rows.length()))
                        .assign(rows.reshape(rows.length()));
            }
        }
        INDArray result = Nd4j.createUninitialized(epsilon.dataType(), epsilon.shape());
        Broadcast.div(epsilon, deviation, result, axis);
        if (configuration.isLockGammaBeta()) {
            return result.muli(lockedGain(layer, deviation));
        }
        INDArray gamma = layer.getParam("gamma");
        return Broadcast.mul(result, gamma.reshape(gamma.length()), result, axis);
    }

    /** DL4J leaves a locked gamma out if the locked beta is 0, on some of its ways: so the layer itself is asked. */
    private double lockedGain(Layer layer, INDArray deviation) {
        INDArray mean = layer.getParam("mean").reshape(deviation.length());
        INDArray probes = Nd4j.vstack(mean, mean.add(deviation));
        long channels = deviation.length();
        INDArray shaped = input.rank() == 2
                ? probes
                : axis == 1 ? probes.reshape('c', 2, channels, 1, 1) : probes.reshape('c', 2, 1, 1, channels);
        INDArray response =
                layer.activate(shaped, false, StepMemory.current()).dup('c').reshape('c', 2, channels);
        return response.getDouble(1, 0) - response.getDouble(0, 0);
    }

    private INDArray deviation(Layer layer) {
        INDArray variance = configuration.isUseLogStd()
                ? Transforms.pow(
                        Nd4j.valueArrayOf(layer.getParam("log10stdev").shape(), 100.0, input.dataType()),
                        layer.getParam("log10stdev"),
                        false)
                : layer.getParam("var");
        INDArray row = variance.add(configuration.getEps());
        return Transforms.sqrt(row.reshape(row.length()), false);
    }

    /** Sums over positions: [rows, channels]. */
    private INDArray perRow(INDArray values) {
        if (values.rank() == 2) {
            return values;
        }
        return axis == 1 ? values.sum(2, 3) : values.sum(1, 2);
    }
}
