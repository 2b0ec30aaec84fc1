package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalization by its stored statistics: y = gamma (x - mean) / sqrt(variance + epsilon) + beta. DL4J's own backward pass is that
 * of training, where mean and variance are functions of the batch.
 */
final class NormalizationPassage extends LayerPassage {

    private final BatchNormalization configuration;
    private final Layer layer;
    private final int axis;
    private final INDArray deviation;

    NormalizationPassage(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
        configuration = (BatchNormalization) node().configuration();
        layer = node().inside();
        axis = node().channelAxis(input().rank());
        deviation = deviation();
    }

    @Override
    public Pull pull(INDArray epsilon, Consumer<INDArray> deltas) {
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        if (step().trains() && !configuration.isLockGammaBeta()) {
            INDArray sums = byGainAndShift(epsilon, normalized()).sum(true, 0);
            INDArray live = layer.getGradientsViewArray();
            live.reshape(live.length())
                    .get(NDArrayIndex.interval(0, sums.length()))
                    .assign(sums.reshape(sums.length()));
            long channels = deviation.length();
            gradients.put("gamma", sums.get(NDArrayIndex.all(), NDArrayIndex.interval(0, channels)));
            gradients.put("beta", sums.get(NDArrayIndex.all(), NDArrayIndex.interval(channels, 2 * channels)));
        }
        INDArray back = byInput(epsilon);
        return new Pull(List.of(node().step().adaptBack(back, examples(), StepMemory.current())), gradients);
    }

    @Override
    INDArray back(Sensitivities sensitivities) {
        if (step().trains() && !configuration.isLockGammaBeta()) {
            INDArray rows = byGainAndShift(sensitivities.epsilon(), sensitivities.repeat(normalized()));
            sensitivities.sink().accept(new LayerFactors.Rows(node().view().name(), rows));
        }
        return byInput(sensitivities.epsilon());
    }

    private INDArray normalized() {
        INDArray mean = layer.getParam("mean");
        INDArray normalized = Nd4j.createUninitialized(input().dataType(), input().shape());
        Broadcast.sub(input(), mean.reshape(mean.length()), normalized, axis);
        return Broadcast.div(normalized, deviation, normalized, axis);
    }

    /** With respect to gamma, then beta: the order of DL4J's parameters. */
    private INDArray byGainAndShift(INDArray epsilon, INDArray normalized) {
        return Nd4j.concat(1, perRow(epsilon.mul(normalized)), perRow(epsilon));
    }

    private INDArray byInput(INDArray epsilon) {
        INDArray result = Nd4j.createUninitialized(epsilon.dataType(), epsilon.shape());
        Broadcast.div(epsilon, deviation, result, axis);
        if (configuration.isLockGammaBeta()) {
            return result.muli(lockedGain());
        }
        INDArray gamma = layer.getParam("gamma");
        return Broadcast.mul(result, gamma.reshape(gamma.length()), result, axis);
    }

    /** DL4J leaves a locked gamma out if the locked beta is 0, on some of its ways: so the layer itself is asked. */
    private double lockedGain() {
        INDArray mean = layer.getParam("mean").reshape(deviation.length());
        long[] shape = new long[input().rank()];
        Arrays.fill(shape, 1);
        shape[0] = 2;
        shape[axis] = deviation.length();
        INDArray probes = Nd4j.vstack(mean, mean.add(deviation)).reshape('c', shape);
        INDArray response =
                layer.activate(probes, false, StepMemory.current()).dup('c').reshape('c', 2, deviation.length());
        return response.getDouble(1, 0) - response.getDouble(0, 0);
    }

    private INDArray deviation() {
        INDArray variance = configuration.isUseLogStd()
                ? Transforms.pow(
                        Nd4j.valueArrayOf(layer.getParam("log10stdev").shape(), 100.0, input().dataType()),
                        layer.getParam("log10stdev"),
                        false)
                : layer.getParam("var");
        INDArray row = variance.add(configuration.getEps());
        return Transforms.sqrt(row.reshape(row.length()), false);
    }

    /** Sums over positions: [rows, channels]. */
    private INDArray perRow(INDArray values) {
        int[] positions =
                IntStream.range(1, values.rank()).filter(i -> i != axis).toArray();
        return positions.length == 0 ? values : values.sum(positions);
    }
}
