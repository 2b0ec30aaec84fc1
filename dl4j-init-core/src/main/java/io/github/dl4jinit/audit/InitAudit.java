package io.github.dl4jinit.audit;

import io.github.dl4jinit.internal.text.TextTable;
import io.github.dl4jinit.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
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
 * <p>Use it on any configuration before its first training. Besides faults it gives advice where a hidden layer's activation and its
 * weight variance do not belong together in a deep network. It knows DL4J's schemes and those of this library; a scheme of your own is
 * judged by {@code InitContract} instead. Layers that DL4J builds on SameDiff are named and not judged.
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
        GainAdvice advice = new GainAdvice();
        List<WeightAudit> weights = new ArrayList<>();
        List<NeuralNetConfiguration> layers = configuration.getConfs();
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i).getLayer().getLayerName();
            boolean named = name != null && !name.equals("layer" + i); // DL4J names the unnamed by their position
            weights.addAll(layer(named ? i + " '" + name + "'" : Integer.toString(i), layers.get(i), advice));
        }
        return new InitAudit(weights);
    }

    /**
     * Audits a graph of layers.
     *
     * @param configuration the configuration, with every nIn known (given, or by an input type)
     * @return the judgements
     */
    public static InitAudit of(ComputationGraphConfiguration configuration) {
        GainAdvice advice = new GainAdvice();
        List<WeightAudit> weights = new ArrayList<>();
        for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
            if (vertex.getValue() instanceof LayerVertex layer) {
                weights.addAll(layer("'" + vertex.getKey() + "'", layer.getLayerConf(), advice));
            }
        }
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

    private static List<WeightAudit> layer(String place, NeuralNetConfiguration configuration, GainAdvice advice) {
        Layer layer = Dl4jDraw.unwrapped(configuration.getLayer());
        String name = place + " " + layer.getClass().getSimpleName();
        if (layer instanceof AbstractSameDiffLayer) {
            return List.of(Judge.notJudged(name, "", "", "a SameDiff layer initializes its parameters itself"));
        }
        if (!(layer instanceof BaseLayer base) || layer instanceof BatchNormalization) {
            return List.of();
        }
        String missing = Dl4jDraw.missing(base);
        if (missing != null) {
            return List.of(Judge.notJudged(name, "", "", missing));
        }
        Judge judge = new Judge(name, base, advice, AS_PROMISED);
        return Dl4jDraw.of(configuration, base).stream().map(judge::of).toList();
    }

    /** {@return the weights that should be fixed: those whose verdict is OFF or BROKEN} */
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
            return verdict == Assessment.OFF || verdict == Assessment.BROKEN;
        }
    }
}
