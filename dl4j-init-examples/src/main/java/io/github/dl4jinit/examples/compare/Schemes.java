package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.initializer.AutoInit;
import io.github.dl4jinit.initializer.Box;
import io.github.dl4jinit.initializer.DeepNarrow;
import io.github.dl4jinit.initializer.Fixup;
import io.github.dl4jinit.initializer.GradInit;
import io.github.dl4jinit.initializer.LinearProduct;
import io.github.dl4jinit.initializer.LooksLinear;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.MetaInit;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.initializer.RandomizedAsymmetric;
import io.github.dl4jinit.initializer.Sinl;
import io.github.dl4jinit.initializer.WithinLayer;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** The known schemes, by name. A new initializer needs one more line here, in {@code MORE}. */
public final class Schemes {

    private static final List<Scheme> USUAL = List.of(
            new Scheme(
                    "dl4j",
                    "DL4J default",
                    "nothing is set: DL4J takes its XAVIER, N(0, 2/(in+out))",
                    new InitialState.Untouched()),
            weights("standard", "Standard", "U(+-1/sqrt(in))", f -> VarianceScaling.standardUniform()),
            weights("glorot", "Glorot", "U(+-sqrt(6/(in+out)))", f -> VarianceScaling.glorotUniform()),
            weights("he", "He", "N(0, 2/in)", f -> VarianceScaling.heNormal()),
            weights(
                    "orthogonal",
                    "Orthogonal",
                    "random orthogonal, times the gain of the layer's activation",
                    f -> new Orthogonal(gain(f))),
            network(
                    "lsuv",
                    "LSUV",
                    "orthogonal, then each layer scaled to variance 1 on the first minibatch",
                    Lsuv.defaults()));

    private static final List<Scheme> MORE = List.of(
            network(
                    "sinl",
                    "SINL",
                    "orthogonal, then singular vectors aligned between layers on the first minibatch",
                    Sinl.defaults()),
            network(
                    "sinl-balanced",
                    "SINL balanced",
                    "layers centred and scaled, and the maps between distant ones brought nearer to isometries",
                    Sinl.balanced()),
            network(
                    "within",
                    "WithinLayer",
                    "each unit centred and scaled on the first minibatch, then the layers balanced",
                    WithinLayer.defaults()),
            network(
                    "autoinit",
                    "AutoInit",
                    "variances from analytic moments, the inputs' measured on the first minibatch",
                    AutoInit.defaults()),
            network(
                    "fixup",
                    "Fixup",
                    "residual branches that start as zero; a network without them stays as DL4J starts it",
                    Fixup.defaults()),
            network(
                    "metainit",
                    "MetaInit",
                    "norms learned in 15 steps so that the gradient changes little (the paper: 500)",
                    MetaInit.builder().steps(15).build()),
            network(
                    "gradinit",
                    "GradInit",
                    "scales learned in 30 iterations for one step of SGD (the authors: 390)",
                    GradInit.builder().iterations(30).build()),
            network("box", "Box", "cut planes through random points of the box of the first minibatch", Box.defaults()),
            network(
                    "lps",
                    "LPS-reconstruction",
                    "linear factors of a polynomial for the activation; a reconstruction from an abstract",
                    LinearProduct.defaults()),
            network("rai", "RAI", "Gaussian, one entry of each neuron made positive", RandomizedAsymmetric.defaults()),
            network("deep-narrow", "DeepNarrow", "orthonormal, equal inputs to equal outputs", DeepNarrow.defaults()),
            network("looks-linear", "LooksLinear", "mirrored orthogonal ReLU units", LooksLinear.defaults()),
            new Scheme(
                    "fusion",
                    "LayerFusion",
                    "an MLP of one layer more, trained as long, two layers of which are fused: training before training",
                    new InitialState.Fused()));

    private static final List<Scheme> ALL =
            Stream.concat(USUAL.stream(), MORE.stream()).toList();

    private Schemes() {}

    private static Scheme weights(
            String name, String title, String description, Function<IActivation, IWeightInit> scheme) {
        return new Scheme(name, title, description, new InitialState.Weights(scheme));
    }

    private static Scheme network(String name, String title, String description, NetworkInitializer initializer) {
        return new Scheme(name, title, description, new InitialState.FirstBatch(initializer));
    }

    /* Softmax mixes the units of a layer, so it has no gain; its layer is started as a linear one. */
    private static double gain(IActivation activation) {
        return activation instanceof ActivationSoftmax ? 1 : Gains.of(activation);
    }

    /**
     * The schemes that are compared unless others are asked for.
     *
     * @return the schemes
     */
    public static List<Scheme> usual() {
        return USUAL;
    }

    /**
     * All schemes, in the order of tables and legends.
     *
     * @return the schemes
     */
    public static List<Scheme> all() {
        return ALL;
    }

    /**
     * Finds a scheme.
     *
     * @param name its name
     * @return the scheme
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    public static Scheme named(String name) {
        return ALL.stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown scheme '" + name + "', known are "
                        + ALL.stream().map(Scheme::name).collect(Collectors.joining(", "))));
    }
}
