package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.report.LayerReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** One run of {@link MetaInit}. */
final class MetaInitPass {

    private static final double LARGEST_FALL = 0.01;

    private final MetaInit settings;
    private final NetworkCopy network;
    private final org.nd4j.linalg.dataset.api.MultiDataSet batch;
    /** Inputs whose features are indices, which no normal number can replace. */
    private final Set<Integer> words;

    MetaInitPass(MetaInit settings, NetworkCopy network, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        this.settings = settings;
        this.network = network;
        this.batch = batch;
        this.words = Batches.inputsOfIndices(network.steps());
    }

    List<LayerReport> run() {
        ScaledArrays weights = new ScaledArrays(network, false);
        if (weights.items().isEmpty()) {
            return weights.skipped();
        }
        double[] factors = new double[weights.items().size()];
        Arrays.fill(factors, 1);
        try (LossGradient loss = LossGradient.of(network, batch)) {
            GradientQuotient quotient = new GradientQuotient(loss, weights.mask(), settings.epsilon());
            MultiDataSet fixed = random();
            loss.on(fixed);
            double before = quotient.value(weights.parameters(factors));
            descend(weights, loss, quotient, factors);
            loss.on(fixed);
            double after = quotient.value(weights.parameters(factors));
            boolean better = after < before;
            if (better) {
                weights.write(factors);
            } else {
                Arrays.fill(factors, 1);
            }
            return weights.lines(
                    factors,
                    settings.steps(),
                    better,
                    String.format(
                            Locale.ROOT,
                            "gradient quotient %.4g -> %.4g%s",
                            before,
                            after,
                            better ? "" : ", start kept"));
        }
    }

    private void descend(ScaledArrays weights, LossGradient loss, GradientQuotient quotient, double[] factors) {
        double[] moves = new double[factors.length];
        for (int step = 0; step < settings.steps(); step++) {
            loss.on(random());
            double[] slopes = weights.byFactors(quotient.derivative(weights.parameters(factors)));
            for (int i = 0; i < factors.length; i++) {
                moves[i] = settings.momentum() * moves[i] - settings.rate() * Math.signum(slopes[i]);
                double norm = weights.norm(i) * factors[i];
                factors[i] *= Math.max(LARGEST_FALL, 1 + moves[i] / norm);
            }
        }
    }

    private MultiDataSet random() {
        INDArray[] features = batch.getFeatures().clone();
        for (int i = 0; settings.gaussianInputs() && i < features.length; i++) {
            if (features[i].dataType().isFPType() && !words.contains(i)) {
                features[i] = Nd4j.randn(features[i].dataType(), features[i].shape());
            }
        }
        return new MultiDataSet(
                features,
                Shuffle.take(batch.getLabels(), Shuffle.permutation(Shuffle.examples(batch))),
                batch.getFeaturesMaskArrays(),
                batch.getLabelsMaskArrays());
    }
}
