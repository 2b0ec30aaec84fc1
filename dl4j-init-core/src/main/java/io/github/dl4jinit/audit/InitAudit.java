package io.github.dl4jinit.audit;

import io.github.dl4jinit.report.Report;
import io.github.dl4jinit.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

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
        Layer layer = unwrapped(configuration.getLayer());
        String name = place + " " + layer.getClass().getSimpleName();
        if (layer instanceof AbstractSameDiffLayer) {
            return List.of(Judge.notJudged(name, "", "", "a SameDiff layer initializes its parameters itself"));
        }
        if (!(layer instanceof BaseLayer base) || layer instanceof BatchNormalization) {
            return List.of();
        }
        String missing = missing(base);
        if (missing != null) {
            return List.of(Judge.notJudged(name, "", "", missing));
        }
        Judge judge = new Judge(name, base, advice, AS_PROMISED);
        return Dl4jDraw.of(configuration, base).stream().map(judge::of).toList();
    }

    /** What DL4J would need to know before it can count the layer's parameters, or null. */
    private static @Nullable String missing(BaseLayer layer) {
        if (layer instanceof PReLULayer prelu) {
            return prelu.getInputShape() == null
                    ? "inputShape is not set: give it, DL4J does not take it from the input type"
                    : null;
        }
        boolean unknown = layer instanceof FeedForwardLayer feedForward && feedForward.getNIn() == 0;
        return unknown ? "nIn is 0: give it, or give the configuration an input type" : null;
    }

    /** Both directions of a bidirectional layer have one configuration, so that one of them is audited. */
    private static Layer unwrapped(Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return unwrapped(frozen.getLayer());
        }
        if (layer instanceof Bidirectional both) {
            return unwrapped(both.getFwd());
        }
        return layer instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : layer;
    }

    /**
     * The weights that should be fixed.
     *
     * @return those whose verdict is OFF or BROKEN
     */
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
}
