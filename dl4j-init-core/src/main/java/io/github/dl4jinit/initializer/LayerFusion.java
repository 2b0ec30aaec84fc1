package io.github.dl4jinit.initializer;

import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A smaller network started from a trained larger one: two neighbouring layers are replaced by the one affine map whose output is closest
 * to theirs, all other layers are copied.
 *
 * <p>Formula, for {@code y = W2 f(W1 x + b1) + b2}, before the second layer's own activation, the affine map of least mean square error
 * is {@code W = Cov(y, x) Cov(x)^+}, {@code b = E y - W E x}. {@link FusedEstimate#DATA} computes it by least squares from a batch. For
 * Gaussian z = W1 x + b1, each z_i of mean m_i and variance s_i^2, Stein's lemma gives it in closed form, {@link FusedEstimate#GAUSSIAN}:
 * {@code W = W2 diag(g) W1}, {@code b = b2 + W2 (E f(z) - g (m - b1))}, {@code g_i = E f'(z_i)}; m and s are measured on the batch, the
 * expectations come from {@link io.github.dl4jinit.gain.GaussianMoments}. Whether x itself is Gaussian does not matter to it as long as
 * each z_i nearly is.
 *
 * <p>Shapes: GAUSSIAN fuses a dense layer with a dense layer, and a convolution with a convolution of one tap and stride 1, which mixes
 * channels as a dense layer does; the new layer has the first one's kernel. With a larger second kernel the padding of the hidden layer
 * stands in the way of one convolution. DATA fuses a dense layer or a convolution along two axes (channels first), and whatever lies
 * between, with a dense layer, into one dense layer on the flattened input of the first; it wants several times as many examples as
 * inputs.
 *
 * <p>When to use it: to make a shallower network from one that is trained, before training it further. When not: for a start without a
 * trained network; where the activation between is used far from its linear part, the fused layer fits badly: with DATA the report says
 * how badly.
 *
 * <p>Source: R. Ghods, A. S. Lan, T. Goldstein, C. Studer, "MSE-optimal neural network initialization via layer fusion" (2020). Only its
 * abstract could be read: the formulas are derived here, and what is the authors' way of estimating is not known to us. Ours: both
 * estimates and which pairs they take.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class LayerFusion implements NetworkInitializer {

    /** Where the moments come from. */
    public enum FusedEstimate {
        /** Stein's lemma, with each pre-activation's mean and variance measured. */
        GAUSSIAN,
        /** Least squares on the batch. */
        DATA
    }

    private final Model trained;
    private final String first;
    private final String second;
    private final FusedEstimate estimate;

    private LayerFusion(Model trained, String first, String second, FusedEstimate estimate) {
        this.trained = trained;
        this.first = first;
        this.second = second;
        this.estimate = estimate;
    }

    /**
     * Fuses two layers by the Gaussian estimate.
     *
     * @param trained the larger network, which is only read, at each initialization
     * @param first name of the first of the two layers
     * @param second name of the layer that follows it
     * @return the initializer of networks with one layer less
     */
    public static LayerFusion of(Model trained, String first, String second) {
        return new LayerFusion(trained, first, second, FusedEstimate.GAUSSIAN);
    }

    /**
     * The same fusion by another estimate.
     *
     * @param other how the affine map is computed
     * @return a new initializer
     */
    public LayerFusion estimate(FusedEstimate other) {
        return new LayerFusion(trained, first, second, other);
    }

    /**
     * Initializes the smaller network.
     *
     * @param model a network with the trained one's layers, in the same order of execution, but one layer in place of the two
     * @param batch inputs of the trained network; no labels are needed
     * @return what was done, layer by layer; for the fused layer the relative mean square error of DATA, or the range of the
     *     slopes g of GAUSSIAN
     * @throws IllegalArgumentException if the layers do not follow each other, are of other kinds, or the smaller network's do not fit
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return InitializationPass.runOnCopy(
                "LayerFusion", model, batch, network -> new LayerFusionPass(trained, first, second, estimate, network)
                        .run(batch));
    }
}
