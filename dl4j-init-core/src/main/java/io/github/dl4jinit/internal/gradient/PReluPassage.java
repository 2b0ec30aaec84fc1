package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import java.util.Collections;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * PReLU: y = x, or alpha x below 0. DL4J's own backward pass fails, also in training, for more than 64 numbers of the batch to each slope
 * (ND4J's prelu_bp).
 */
final class PReluPassage extends LayerPassage {

    private final INDArray alpha;

    PReluPassage(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
        INDArray slopes = node().inside().getParam("W");
        long[] shape = new long[input().rank()];
        shape[0] = 1;
        System.arraycopy(slopes.shape(), 0, shape, 1, shape.length - 1);
        alpha = slopes.dup('c').reshape('c', shape);
    }

    @Override
    public Pull pull(INDArray epsilon, Consumer<INDArray> deltas) {
        INDArray live = node().layer().getGradientsViewArray();
        INDArray sums = byAlpha(epsilon, belowZero().mul(input()))
                .sum(0)
                .reshape('c', node().inside().getParam("W").shape());
        live.reshape(live.length()).assign(sums.dup('f').reshape('f', new long[] {sums.length()}));
        INDArray back = node().step().adaptBack(epsilon.mul(slopes()), examples(), StepMemory.current());
        return new Pull(Collections.singletonList(back), Map.of("W", sums));
    }

    @Override
    INDArray back(Sensitivities sensitivities) {
        INDArray epsilon = sensitivities.epsilon();
        if (step().trains()) {
            INDArray rows = byAlpha(epsilon, sensitivities.repeat(belowZero().mul(input())));
            sensitivities.sink().accept(new LayerFactors.Rows(node().view().name(), rows));
        }
        return epsilon.mul(sensitivities.repeat(slopes()));
    }

    private INDArray belowZero() {
        return input().lt(0).castTo(input().dataType());
    }

    private INDArray slopes() {
        INDArray below = belowZero();
        return below.mul(alpha).addi(below.rsub(1));
    }

    /** A row for each of epsilon's, summed over the axes that share a slope: [rows, slopes]. */
    private INDArray byAlpha(INDArray epsilon, INDArray negative) {
        INDArray products = epsilon.mul(negative);
        int[] shared = IntStream.range(1, alpha.rank())
                .filter(axis -> alpha.size(axis) == 1)
                .toArray();
        INDArray sums = shared.length == 0 ? products : products.sum(true, shared);
        return sums.dup('c').reshape('c', epsilon.size(0), alpha.length());
    }
}
