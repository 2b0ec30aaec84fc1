package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Moments;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.scheme.Orthogonal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Layer-sequential unit-variance initialization: orthonormal weights, then each layer scaled until its response to a batch
 * has variance one.
 *
 * <p>Formula: for the layers from the input to the output, {@code W <- W sqrt(v / Var(B))} until
 * {@code |Var(B) / v - 1| <= tolerance}, where B is the layer's response before the activation, Var runs over all its
 * entries (batch, channels, positions), and v is the target variance. Every layer is computed once, on the finished
 * output of those before it; a response follows its weights by scaling, not by another forward pass.
 *
 * <p>Shapes: any that DL4J's layers take. Weights are drawn per layer as by {@link Orthogonal} with gain 1, gate by gate
 * for recurrent layers. What a mask leaves out does not count. Biases are not touched; where they are not zero, several scalings
 * may be needed. Dropout is off and batch normalization uses its stored statistics, which in a fresh network pass the
 * signal on unchanged.
 *
 * <p>What examples have in common must not be blown up. Where the deviation of a response is less than a hundredth of its root mean
 * square, as that of a single unit behind a column of thousands among standard ones, or where examples differ by rounding alone (pictures that
 * are all alike, one example), the layer is stalled. Its mean square is brought to v instead, if it has no biases; else it stays as
 * drawn. Where units differ and examples hardly do (less than a hundredth, the root of {@link Response#variety}), the line says so.
 *
 * <p>When to use it: deep plain networks of any activation, and whenever the inputs are not standardized, since the first
 * layer takes up their scale. When not: a layer after layer normalization gains nothing; a tiny batch measures the
 * variance badly (hundreds of examples are enough).
 *
 * <p>Source: D. Mishkin, J. Matas, "All you need is a good init", ICLR 2016, Algorithm 1. Ours: the variance target and its
 * relative tolerance, the default tolerance of 0.01 (the authors' first code has 0.02; here a tighter one costs nothing),
 * and recurrent layers, which the paper does not treat: the response is the input's part x W of the gates, and recurrent
 * weights stay as drawn. In separable convolutions the point-wise stage is the one that is scaled. The bound of a hundredth is ours.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Lsuv implements NetworkInitializer {

    private static final double LEAST = 0.01;
    private final double targetVariance;
    private final double tolerance;
    private final int maxIterations;
    private final boolean orthogonalStart;
    private final Set<String> only;
    private final Set<String> except;

    private Lsuv(Builder builder) {
        targetVariance = Bounds.positive("target variance", builder.targetVariance);
        tolerance = Bounds.positive("tolerance", builder.tolerance);
        maxIterations = Bounds.atLeast("maxIterations", builder.maxIterations, 1);
        orthogonalStart = builder.orthogonalStart;
        only = builder.only;
        except = builder.except;
    }

    /** {@return the settings most networks want: orthogonal start, variance 1, tolerance 0.01, at most 10 scalings, all layers} */
    public static Lsuv defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the variance that every response is to have} */
    public double targetVariance() {
        return targetVariance;
    }

    /** {@return the largest accepted relative deviation from the target} */
    public double tolerance() {
        return tolerance;
    }

    /** {@return the most scalings per layer} */
    public int maxIterations() {
        return maxIterations;
    }

    /** {@return whether orthonormal weights are drawn first} */
    public boolean orthogonalStart() {
        return orthogonalStart;
    }

    /** {@return the names of the layers to initialize, empty for all} */
    public Set<String> only() {
        return only;
    }

    /** {@return the names of the layers to leave alone} */
    public Set<String> except() {
        return except;
    }

    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return InitializationPass.runOnCopy("LSUV", model, batch, only, network -> sweep(network, batch));
    }

    private List<LayerReport> sweep(NetworkView network, MultiDataSet batch) {
        requireKnown(network.layers());
        List<LayerReport> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            whySkipped(layer).ifPresent(why -> lines.add(ReportLines.skipped(layer, why)));
        }
        Set<Integer> skipped = new HashSet<>();
        lines.forEach(line -> skipped.add(line.position()));
        network.sweep(batch, new LayerVisitor() {
            @Override
            public void enter(LayerView layer) {
                if (orthogonalStart && !skipped.contains(layer.position())) {
                    layer.weights().forEach(Lsuv::drawOrthonormal);
                }
            }

            @Override
            public void respond(LayerView layer, Response response) {
                if (!skipped.contains(layer.position())) {
                    lines.add(normalize(layer, response));
                }
            }
        });
        lines.sort((a, b) -> Integer.compare(a.position(), b.position()));
        return lines;
    }

    private static void drawOrthonormal(WeightView weight) {
        INDArray weights = weight.weights();
        boolean direct = weights.dataType() == DataType.FLOAT || weights.dataType() == DataType.DOUBLE;
        INDArray target = direct
                ? weights
                : Nd4j.create(DataType.FLOAT, weights.shape(), weight.shape().order());
        new Orthogonal(1).fill(weight.shape(), target);
        if (!direct) {
            weights.assign(target);
        }
    }

    private LayerReport normalize(LayerView layer, Response response) {
        Moments before = response.moments();
        double square = before.mean() * before.mean() + before.variance();
        double variety = Math.sqrt(response.variety());
        boolean alike =
                variety <= 64 * Precision.epsilon(response.map().weights().dataType());
        boolean bound = !isConstant(before, response) && (alike || before.variance() < LEAST * LEAST * square);
        int iterations = bound && !hasBias(response) ? 1 : 0;
        if (iterations > 0) {
            response.scale(Math.sqrt(targetVariance / square));
        }
        Moments now = bound ? response.moments() : before;
        while (!bound && !accepts(now) && iterations < maxIterations && !isConstant(now, response)) {
            response.scale(Math.sqrt(targetVariance / now.variance()));
            iterations++;
            now = response.moments();
        }
        boolean reached = !bound && accepts(now);
        return ReportLines.of(
                layer,
                response.map().parameter(),
                reached ? Outcome.CONVERGED : Outcome.STALLED,
                new Scaling(before.variance(), now.variance(), iterations),
                bound || (reached && variety < LEAST)
                        ? whyAlike(variety, response)
                        : reached ? "" : whyStalled(now, response));
    }

    private static String whyAlike(double variety, Response response) {
        return response.values().size(0) == 1
                ? "one example shows no variance over examples: give hundreds"
                : String.format(
                        Locale.ROOT,
                        "its responses to all examples are alike but for %.2g of their size. Standardize the inputs, or give more"
                                + " different examples; else the layers before it make them alike",
                        variety);
    }

    private boolean accepts(Moments moments) {
        return Math.abs(moments.variance() / targetVariance - 1) <= tolerance;
    }

    /** A spread that rounding alone explains must not be blown up to the target. */
    private static boolean isConstant(Moments moments, Response response) {
        double unit = Precision.epsilon(response.map().weights().dataType());
        return Math.sqrt(moments.variance()) <= 8 * unit * Math.abs(moments.mean());
    }

    private static boolean hasBias(Response response) {
        INDArray bias = response.map().bias();
        return bias != null && bias.amaxNumber().doubleValue() > 0;
    }

    private String whyStalled(Moments moments, Response response) {
        if (isConstant(moments, response)) {
            return "its response is the same number for the whole batch: a dead layer, or constant features";
        }
        return "after " + maxIterations + " scalings: "
                + (hasBias(response)
                        ? "its biases vary more than its weighted inputs"
                        : "rounding does not reach the tolerance");
    }

    private Optional<String> whySkipped(LayerView layer) {
        if ((!only.isEmpty() && !only.contains(layer.name())) || except.contains(layer.name())) {
            return Optional.of("not selected");
        }
        return layer.whySkipped();
    }

    private void requireKnown(List<LayerView> layers) {
        Set<String> unknown = new TreeSet<>(only);
        unknown.addAll(except);
        List<String> known = layers.stream().map(LayerView::name).toList();
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "no layer with parameters is named " + unknown + "; the network has " + known);
        }
    }

    /** Builds an {@link Lsuv}; what is not set is as in {@link Lsuv#defaults()}. */
    public static final class Builder {

        private double targetVariance = 1;
        private double tolerance = 0.01;
        private int maxIterations = 10;
        private boolean orthogonalStart = true;
        private Set<String> only = Set.of();
        private Set<String> except = Set.of();

        private Builder() {}

        /** The variance v that every response is to have: finite and > 0, default 1. */
        public Builder targetVariance(double variance) {
            targetVariance = variance;
            return this;
        }

        /** The largest accepted {@code |Var(B) / v - 1|}: finite and > 0, default 0.01. */
        public Builder tolerance(double deviation) {
            tolerance = deviation;
            return this;
        }

        /** The most scalings per layer: at least 1, default 10. */
        public Builder maxIterations(int scalings) {
            maxIterations = scalings;
            return this;
        }

        /** Whether to draw orthonormal weights first, the default, or only to scale the weights that the network has. */
        public Builder orthogonalStart(boolean start) {
            orthogonalStart = start;
            return this;
        }

        /**
         * Initializes only these layers, as DL4J names them: "layer0", ..., or the user's names. Default: all but those whose word vectors
         * were given by {@code EmbeddingLayer.Builder.weightInit(...)}, which are replaced only if they are named here.
         */
        public Builder only(String... names) {
            only = Set.copyOf(Arrays.asList(names));
            return this;
        }

        /** Leaves these layers alone, as DL4J names them. Default: none. */
        public Builder except(String... names) {
            except = Set.copyOf(Arrays.asList(names));
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public Lsuv build() {
            return new Lsuv(this);
        }
    }
}
