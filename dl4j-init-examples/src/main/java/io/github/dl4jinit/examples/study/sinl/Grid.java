package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.InitialState;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.ImageShape;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.initializer.Sinl;
import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.initializer.Sinl.Order;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.activations.Activation;

/**
 * What a part of {@link SinlStudy} compares: every network on every task from every start.
 *
 * @param depths hidden layers of the MLPs
 * @param width units of each
 * @param activations activation functions of the hidden layers
 * @param convolution whether there is a convolution network beside the MLPs, where the data are images
 * @param data the tasks
 * @param methods the starts
 */
record Grid(
        List<Integer> depths,
        int width,
        List<Activation> activations,
        boolean convolution,
        List<LabelledData> data,
        List<Scheme> methods) {

    private static final int WIDTH = 32;

    private static final int TRAINING = 900;
    private static final int TEST = 300;

    private static final int PIXELS = 8;
    private static final int CHANNELS = 8;
    private static final int CONVOLUTIONS = 4;

    /** Examples that LSUV and SINL see: several for each direction of the widest signal. */
    static final int SEEN = 512;

    static final List<Scheme> METHODS = List.of(
            new Scheme(
                    "none",
                    "None",
                    "U(+-1/sqrt(in)), the usual rule before Glorot & Bengio",
                    new InitialState.Weights(f -> VarianceScaling.standardUniform())),
            new Scheme(
                    "bn",
                    "BN",
                    "batch normalization before each activation, weights as None",
                    new InitialState.Normalized(f -> VarianceScaling.standardUniform())),
            new Scheme(
                    "din", "DIN", "orthogonal, gain 1 (Saxe et al.)", new InitialState.Weights(f -> new Orthogonal(1))),
            data("lsuv", "LSUV", "orthogonal, each layer scaled to variance 1", Lsuv.defaults()),
            data("sinl", "SINL printed", "the paper's rotations of orthogonal weights", Sinl.defaults()),
            data(
                    "sinl-isometric",
                    "SINL isometric",
                    "composites made isometric, from the middle to the ends",
                    Sinl.builder().convention(Convention.ISOMETRIC).build()),
            data(
                    "balance",
                    "balance alone",
                    "orthogonal, each response centred by the biases and scaled to deviation 1; no alignment",
                    Sinl.builder()
                            .convention(Convention.ISOMETRIC)
                            .unitResponses(true)
                            .gamma(0)
                            .build()),
            data(
                    "sinl-balanced",
                    "SINL balanced",
                    "the same, and the spectra of composites shrunk half-way to an isometry (gamma 1/2)",
                    halfway().build()));

    private static Scheme data(String name, String title, String description, NetworkInitializer initializer) {
        return new Scheme(name, title, description, new InitialState.FirstBatch(initializer, SEEN));
    }

    /** What a balanced start consists of: changes of one setting at a time, then the same without orthogonal weights. */
    static final List<Scheme> VARIANTS = List.of(
            found("balance"),
            variant("quarter", "gamma 1/4", "shrunk a quarter of the way", v -> v.gamma(0.25)),
            found("sinl-balanced"),
            variant("whole", "gamma 1", "shrunk to isometries up to a factor", v -> v.gamma(1)),
            variant(
                    "inward",
                    "inward",
                    "gamma 1/2, pairs taken from the ends to the middle",
                    v -> v.order(Order.INWARD)),
            variant(
                    "stale",
                    "one pass",
                    "gamma 1/2, the signal not computed anew for each pair",
                    v -> v.refresh(false)),
            gaussian(
                    "gauss-balance",
                    "Gaussian, balance",
                    "DL4J's default, Glorot's Gaussian weights, balanced, no alignment",
                    0),
            gaussian("gauss-balanced", "Gaussian, gamma 1/2", "the same, shrunk half-way", 0.5),
            gaussian("gauss-whole", "Gaussian, gamma 1", "the same, shrunk to isometries up to a factor", 1));

    private static Scheme found(String method) {
        return METHODS.stream()
                .filter(scheme -> scheme.name().equals(method))
                .findFirst()
                .orElseThrow();
    }

    private static Sinl.Builder halfway() {
        return Sinl.builder()
                .convention(Convention.ISOMETRIC)
                .unitResponses(true)
                .gamma(0.5);
    }

    private static Scheme variant(String name, String title, String description, UnaryOperator<Sinl.Builder> change) {
        return data(name, title, description, change.apply(halfway()).build());
    }

    private static Scheme gaussian(String name, String title, String description, double gamma) {
        return variant(name, title, description, v -> v.gamma(gamma).orthogonalStart(false));
    }

    static Grid full(List<LabelledData> tasks) {
        return new Grid(
                List.of(3, 5, 10, 20),
                WIDTH,
                List.of(Activation.SIGMOID, Activation.TANH, Activation.RELU),
                true,
                tasks,
                METHODS);
    }

    /** The variants of a balanced start, where it is needed most, on the first task. */
    static Grid fullVariants(List<LabelledData> tasks) {
        return new Grid(
                List.of(10, 20),
                WIDTH,
                List.of(Activation.SIGMOID, Activation.TANH),
                false,
                tasks.subList(0, 1),
                VARIANTS);
    }

    /** As few examples as will do, and images of 8 x 8 pixels, so that the whole grid can be trained on one machine. */
    static LabelledData reduced(LabelledData task) {
        ImageShape image = task.image();
        LabelledData coarse = image == null ? task : task.reduced(image.height() / PIXELS);
        return coarse.limited(TRAINING, TEST);
    }

    /** A corner of the grid. */
    static Grid small(List<LabelledData> tasks) {
        return new Grid(List.of(3, 10), WIDTH, List.of(Activation.TANH), false, tasks.subList(0, 1), METHODS);
    }

    /** A corner of the variants. */
    static Grid smallVariants(List<LabelledData> tasks) {
        return new Grid(List.of(10), WIDTH, List.of(Activation.TANH), false, tasks.subList(0, 1), VARIANTS);
    }

    /** The part of this grid with these depths and methods; an empty list stands for all. */
    Grid only(List<Integer> someDepths, List<String> someMethods) {
        return new Grid(
                someDepths.isEmpty()
                        ? depths
                        : depths.stream().filter(someDepths::contains).toList(),
                width,
                activations,
                convolution && someDepths.isEmpty(),
                data,
                someMethods.isEmpty()
                        ? methods
                        : methods.stream()
                                .filter(method -> someMethods.contains(method.name()))
                                .toList());
    }

    List<NetworkSpec> networks(LabelledData task) {
        List<NetworkSpec> networks = new ArrayList<>();
        for (Activation activation : activations) {
            for (int depth : depths) {
                networks.add(new NetworkSpec(Architecture.MLP, depth, width, activation));
            }
        }
        if (task.image() != null && convolution) {
            networks.add(new NetworkSpec(Architecture.CONV, CONVOLUTIONS, CHANNELS, Activation.RELU));
        }
        return networks;
    }

    /** Network by network, so that what is compared with each other is done at about the same time. */
    List<GridCell> cells() {
        return data.stream()
                .flatMap(task -> networks(task).stream()
                        .flatMap(network -> methods.stream().map(method -> new GridCell(task, network, method))))
                .toList();
    }
}
