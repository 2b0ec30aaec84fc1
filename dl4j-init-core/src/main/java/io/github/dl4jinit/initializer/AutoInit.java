package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.network.Moments;
import io.github.dl4jinit.report.InitReport;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Weights whose variance follows from the mean and variance of each layer's input, which are computed analytically from the
 * network's input on: no forward pass is run.
 *
 * <p>Formula, with (m, v) the mean and variance of a signal: a layer with weights gets {@code Var W = 1 / (fanIn (m^2 + v))}, from a
 * truncated normal distribution, and zero biases, so that its response has (0, 1); an activation function f makes (m, v) into
 * {@code (E f(z), Var f(z))}, z ~ N(m, v), by quadrature ({@link io.github.dl4jinit.gain.GaussianMoments}); an element-wise add of
 * independent signals adds both; batch normalization makes (0, 1).
 *
 * <p>The moments hold on average over the draws of the weights and over all units: one wide layer comes close, one unit does not.
 *
 * <p>When to use it: plain and residual networks of any activation functions when there are no data, or when only the moments of the
 * inputs are known. When not: where the input of a layer is far from independent numbers with these moments (constant borders, sparse
 * inputs), {@code Lsuv} measures what this one computes.
 *
 * <p>Source: G. Bingham, R. Miikkulainen, "AutoInit: analytic signal-preserving weight initialization for neural networks" (2021),
 * and the authors' code. Ours: the moments of the input are measured from a batch if one is given; where several signals are
 * merged they count alike; pooling, merging, padding and dropout keep the moments they receive, which is exact for a choice of
 * values and not for averages and maxima; a layer of which nothing is known, recurrent layers among them, is skipped, and its
 * output is assumed to have (0, 1); an embedding gets variance 1; the first stage of a separable convolution is brought to (0, 1)
 * by itself. The report says where moments were assumed.
 *
 * @param inputMean mean of the network's inputs when no batch is given, finite
 * @param inputVariance variance of the network's inputs when no batch is given, finite, > 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record AutoInit(double inputMean, double inputVariance) implements DataFreeInitializer {

    /** Checks the settings. */
    public AutoInit {
        Bounds.finite("inputMean", inputMean);
        Bounds.positive("inputVariance", inputVariance);
    }

    /** {@return the settings most networks want: standardized inputs: mean 0, variance 1} */
    public static AutoInit defaults() {
        return new AutoInit(0, 1);
    }

    @Override
    public InitReport initialize(Model model) {
        return InitializationPass.run("AutoInit", model, network -> new AutoInitPass(
                        network, input -> new SignalMoments(inputMean, inputVariance))
                .run());
    }

    /**
     * Initializes a network for inputs with the moments of this batch.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features for every input, masks are applied; nothing else is looked at
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if features are missing, not finite or constant zero
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return InitializationPass.runOnCopy("AutoInit", model, batch, network -> {
            SignalMoments[] inputs = new SignalMoments[batch.getFeatures().length];
            Arrays.setAll(inputs, i -> measure(batch, i));
            return new AutoInitPass(network, i -> inputs[i]).run();
        });
    }

    private static SignalMoments measure(MultiDataSet batch, int input) {
        INDArray[] masks = batch.getFeaturesMaskArrays();
        INDArray features = batch.getFeatures(input);
        Moments moments = Moments.of(features, masks == null ? null : masks[input]);
        SignalMoments signal = new SignalMoments(moments.mean(), moments.variance());
        if (!(signal.square() > 0)) {
            throw new IllegalArgumentException("features of input " + input
                    + " are zero, or masked, everywhere: give a batch that is not, or none");
        }
        return signal;
    }
}
