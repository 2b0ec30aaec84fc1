package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.report.LayerReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One run of {@link GradInit}. */
final class GradInitPass {

    private static final double SMALLEST_WEIGHT_FACTOR = 0.01;
    private static final double LARGEST_SLOPE = 1;
    private static final double DECAY = 0.9;
    private static final double SQUARE_DECAY = 0.999;

    private final GradInit settings;
    private final NetworkCopy network;
    private final MultiDataSet batch;

    GradInitPass(GradInit settings, NetworkCopy network, MultiDataSet batch) {
        this.settings = settings;
        this.network = network;
        this.batch = batch;
    }

    List<LayerReport> run() {
        ScaledArrays arrays = new ScaledArrays(network, true);
        if (arrays.items().isEmpty()) {
            return arrays.skipped();
        }
        double[] factors = new double[arrays.items().size()];
        Arrays.fill(factors, 1);
        try (LossGradient loss = LossGradient.of(network, batch)) {
            int examples = Shuffle.examples(batch);
            if (examples < 3) {
                throw new IllegalArgumentException(
                        "GradInit parts its batch into thirds: give at least 3 examples, got " + examples);
            }
            LookAhead objective = new LookAhead(loss, settings.optimizer(), settings.eta());
            INDArray start = arrays.parameters(factors);
            String before = state(objective, start);
            descend(arrays, objective, factors);
            INDArray end = arrays.parameters(factors);
            String after = state(objective, end);
            double norm = objective.norm(objective.gradient(end, batch));
            arrays.write(factors);
            boolean bounded = norm <= 1.05 * settings.gamma();
            return arrays.lines(factors, settings.iterations(), bounded, before + " -> " + after);
        }
    }

    private String state(LookAhead objective, INDArray parameters) {
        INDArray gradient = objective.gradient(parameters, batch);
        return String.format(
                Locale.ROOT,
                "|g| %.4g, loss after a step %.4g",
                objective.norm(gradient),
                settings.eta() * objective.lossAhead(parameters, gradient, batch));
    }

    private void descend(ScaledArrays arrays, LookAhead objective, double[] factors) {
        double[] means = new double[factors.length];
        double[] squares = new double[factors.length];
        for (int i = 1; i <= settings.iterations(); i++) {
            double[] slopes = arrays.byFactors(derivative(objective, arrays.parameters(factors)));
            double clip = Math.min(
                    1,
                    LARGEST_SLOPE
                            / Math.sqrt(Arrays.stream(slopes).map(s -> s * s).sum()));
            for (int k = 0; k < factors.length; k++) {
                double slope = clip * slopes[k];
                means[k] = DECAY * means[k] + (1 - DECAY) * slope;
                squares[k] = SQUARE_DECAY * squares[k] + (1 - SQUARE_DECAY) * slope * slope;
                double mean = means[k] / (1 - Math.pow(DECAY, i));
                double square = squares[k] / (1 - Math.pow(SQUARE_DECAY, i));
                double least = arrays.items().get(k).isBias() ? 0 : SMALLEST_WEIGHT_FACTOR;
                factors[k] = Math.max(least, factors[k] - settings.rate() * mean / (Math.sqrt(square) + 1e-8));
            }
        }
    }

    private INDArray derivative(LookAhead objective, INDArray parameters) {
        int[] order = Shuffle.permutation(Shuffle.examples(batch));
        int third = order.length / 3;
        MultiDataSet part = Shuffle.take(batch, Arrays.copyOfRange(order, 0, 2 * third));
        INDArray gradient = objective.gradient(parameters, part);
        if (objective.norm(gradient) > settings.gamma()) {
            return objective.normDerivative(parameters, gradient, part);
        }
        MultiDataSet other = Shuffle.take(batch, Arrays.copyOfRange(order, third, 3 * third));
        return objective.lossDerivative(parameters, gradient, part, other);
    }
}
