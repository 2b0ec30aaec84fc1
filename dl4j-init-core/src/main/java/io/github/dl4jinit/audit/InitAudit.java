package io.github.dl4jinit.audit;

import io.github.dl4jinit.audit.Symmetry.Effect;
import io.github.dl4jinit.internal.text.TextTable;
import io.github.dl4jinit.report.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * Which weights of a configuration will not have the variance that their scheme's name promises, by what factor, and what fixes it.
 *
 * <p>factor = variance that DL4J will draw / variance that the name promises for the layer's true fans.
 *
 * <p>Takes a configuration, or a network for its configuration; draws no number, changes nothing. What DL4J passes to a scheme is not
 * computed but observed, by running DL4J's own parameter initializer with a scheme that only takes notes; meanwhile it needs memory for the
 * parameters of one layer.
 *
 * <p>A hidden layer of equal weights (ONES, ZERO, a constant) is a fault if the layers behind it cannot tell its units apart either, so that they stay alike
 * for ever. A layer of zeros before random weights is none, and neither is an output layer, whose labels differ.
 *
 * <p>Use it on any configuration before its first training. Besides faults it gives advice where a hidden layer's activation and its
 * weight variance do not belong together in a deep network. It knows DL4J's schemes and those of this library; a scheme of your own is
 * judged by {@code InitContract} instead. Layers that DL4J builds on SameDiff are named and not judged; layers without weights are left out.
 *
 * <p>Source: the promises are those of X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks" (2010), eq. (1) and (16); K. He et al., "Delving deep into rectifiers" (2015); Y. LeCun et al.,
 * "Efficient BackProp" (1998); for the VAR_SCALING names, Keras's VarianceScaling, which they are named after.
 * SIGMOID_UNIFORM and XAVIER_LEGACY promise what DL4J's own Javadoc says of them. The true fans are those of {@link
 * io.github.dl4jinit.scheme.WeightShape}.
 *
 * @param weights one judgement for each weight array, in the order of the layers
 */
@API(status = API.Status.STABLE, since = "0.1")
public record InitAudit(List<WeightAudit> weights) implements Report {
    /** Below one per cent a difference is the rounding of a constant, not a fault. */
    private static final double AS_PROMISED = 0.01;

    /** Copies the list. */
    public InitAudit {
        weights = List.copyOf(weights);
    }

    /**
     * Audits a chain of layers.
     *
     * @param configuration the configuration, with every nIn known (given, or by an input type)
     * @return the judgements
     */
    public static InitAudit of(MultiLayerConfiguration configuration) {
        Map<String, AuditedLayer> layers = new LinkedHashMap<>();
        Map<String, Symmetry.Part> parts = new HashMap<>();
        for (int i = 0; i < configuration.getConfs().size(); i++) {
            NeuralNetConfiguration layer = configuration.getConf(i);
            String name = layer.getLayer().getLayerName();
            boolean named = name != null && !name.equals("layer" + i); // DL4J names the unnamed by their position
            String position = Integer.toString(i);
            AuditedLayer audited = AuditedLayer.of(named ? i + " '" + name + "'" : position, layer);
            layers.put(position, audited);
            parts.put(position, audited.part(List.of(Integer.toString(i - 1))));
        }
        return of(layers, new Symmetry(parts));
    }

    /**
     * Audits a graph of layers.
     *
     * @param configuration the configuration, with every nIn known (given, or by an input type)
     * @return the judgements
     */
    public static InitAudit of(ComputationGraphConfiguration configuration) {
        Map<String, AuditedLayer> layers = new LinkedHashMap<>();
        Map<String, Symmetry.Part> parts = new HashMap<>();
        configuration.getVertices().forEach((name, vertex) -> {
            List<String> sources =
                    Objects.requireNonNull(configuration.getVertexInputs().get(name));
            if (vertex instanceof LayerVertex layer) {
                AuditedLayer audited = AuditedLayer.of("'" + name + "'", layer.getLayerConf());
                layers.put(name, audited);
                parts.put(name, audited.part(sources));
            } else {
                boolean passes = sources.size() == 1 && vertex.numParams(true) == 0;
                parts.put(name, new Symmetry.Part(passes ? Effect.PASSES : Effect.TELLS_APART, false, sources));
            }
        });
        return of(layers, new Symmetry(parts));
    }

    private static InitAudit of(Map<String, AuditedLayer> layers, Symmetry symmetry) {
        GainAdvice advice = new GainAdvice();
        List<WeightAudit> weights = new ArrayList<>();
        layers.forEach((name, layer) -> weights.addAll(layer.judge(advice, AS_PROMISED, symmetry.staysAlike(name))));
        return new InitAudit(weights);
    }

    /**
     * Audits the configuration of a network, initialized or not.
     *
     * @param model a MultiLayerNetwork or a ComputationGraph
     * @return the judgements
     */
    public static InitAudit of(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            return of(network.getLayerWiseConfigurations());
        }
        if (model instanceof ComputationGraph graph) {
            return of(graph.getConfiguration());
        }
        throw new IllegalArgumentException("model must be a MultiLayerNetwork or a ComputationGraph, got "
                + model.getClass().getName());
    }

    /** {@return the weights that should be fixed: those whose verdict is OFF, ALIKE or BROKEN} */
    public List<WeightAudit> faults() {
        return weights.stream().filter(WeightAudit::isFault).toList();
    }

    /** A table with a line for each weight, and reasons, remedy and advice below it. */
    @Override
    public String toText() {
        TextTable table = new TextTable("layer", "weight", "scheme", "factor", "verdict");
        weights.forEach(weight -> table.row(
                weight.layer(),
                weight.parameter(),
                weight.scheme(),
                Double.isNaN(weight.factor()) ? "" : String.format(Locale.ROOT, "%.3f", weight.factor()),
                weight.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        List<String> rows = table.toString().lines().toList();
        List<String> lines = new ArrayList<>(rows.subList(0, 1));
        for (int i = 0; i < weights.size(); i++) {
            WeightAudit weight = weights.get(i);
            lines.add(rows.get(i + 1));
            weight.reasons().forEach(reason -> lines.add("    because " + reason));
            if (weight.remedy() != null) {
                lines.add("    fix: " + weight.remedy());
            }
            if (weight.advice() != null) {
                lines.add("    advice: " + weight.advice());
            }
        }
        int wrong = faults().size();
        lines.add(wrong == 0 ? "no faults" : wrong + (wrong == 1 ? " fault" : " faults"));
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    @Override
    public String toString() {
        return toText();
    }

    /**
     * What is known of one weight array before it is drawn.
     *
     * @param array which array
     * @param verdict whether it comes out as the scheme's name promises
     * @param variance what was promised and what will be drawn
     * @param comments why, and what to do
     */
    public record WeightAudit(
            @JsonUnwrapped SchemeCall array,
            Assessment verdict,
            @JsonUnwrapped Variance variance,
            @JsonUnwrapped Comments comments) {

        /** The judgements. */
        public enum Assessment {
            /** The variance is the promised one. */
            AS_PROMISED,
            /** The variance is another than promised. */
            OFF,
            /** All weights are equal, and so are those behind them: training cannot tell the units of the layer apart. */
            ALIKE,
            /** The scheme cannot be used: it stops the JVM or gives no numbers. */
            BROKEN,
            /** The scheme promises no variance, or this library does not know the layer. */
            NOT_JUDGED
        }

        /**
         * A weight array and its scheme.
         *
         * @param layer the layer's position or vertex name and its class
         * @param parameter DL4J's name of the array: W, RW, pW ...
         * @param scheme the scheme that draws it
         */
        public record SchemeCall(String layer, String parameter, String scheme) {}

        /**
         * The variance of the weights.
         *
         * @param promised the variance that the name promises with the layer's true fans, or NaN
         * @param drawn the variance that will be drawn, or NaN
         */
        public record Variance(double promised, double drawn) {

            /** Where no variance is known. */
            static final Variance UNKNOWN = new Variance(Double.NaN, Double.NaN);
        }

        /**
         * The words to a verdict.
         *
         * @param reasons why the variances differ, or why there is no judgement; empty if all is well
         * @param remedy the line of Java, or the step, that fixes it, or null
         * @param advice what to consider although nothing is wrong, or null
         */
        public record Comments(
                List<String> reasons,
                @Nullable String remedy,
                @Nullable String advice) {

            /** Copies the list. */
            public Comments {
                reasons = List.copyOf(reasons);
            }
        }

        /** {@return the layer's position or vertex name and its class} */
        public String layer() {
            return array.layer();
        }

        /** {@return DL4J's name of the array: W, RW, pW ...} */
        public String parameter() {
            return array.parameter();
        }

        /** {@return the scheme that draws it} */
        public String scheme() {
            return array.scheme();
        }

        /** {@return the variance that the name promises with the layer's true fans, or NaN} */
        public double promised() {
            return variance.promised();
        }

        /** {@return the variance that will be drawn, or NaN} */
        public double drawn() {
            return variance.drawn();
        }

        /** {@return why the two differ, or why there is no judgement; empty if all is well} */
        public List<String> reasons() {
            return comments.reasons();
        }

        /** {@return the line of Java, or the step, that fixes it, or null} */
        public @Nullable String remedy() {
            return comments.remedy();
        }

        /** {@return what to consider although nothing is wrong, or null} */
        public @Nullable String advice() {
            return comments.advice();
        }

        /** {@return how many times too large the variance will be: {@code drawn / promised}, NaN where one is not known} */
        public double factor() {
            return variance.drawn() / variance.promised();
        }

        /** {@return whether something should be fixed} */
        public boolean isFault() {
            return verdict == Assessment.OFF || verdict == Assessment.ALIKE || verdict == Assessment.BROKEN;
        }
    }
}
