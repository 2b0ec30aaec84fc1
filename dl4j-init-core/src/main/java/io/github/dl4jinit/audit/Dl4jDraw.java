package io.github.dl4jinit.audit;

import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.params.EmptyParamInitializer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One call of an {@code IWeightInit} as DL4J makes it, and what the weight really is.
 *
 * @param parameter the name of the parameter
 * @param scheme the scheme that is called
 * @param given the shape with the fans that DL4J passes; these may be 0
 * @param layout the same shape with its true fans, or null if no layer of this class is known to make such a call
 * @param recurrent whether it draws the weights of a recurrent layer's previous output, for which the builder has a method of its own
 */
record Dl4jDraw(
        String parameter,
        IWeightInit scheme,
        Given given,
        @Nullable WeightShape layout,
        boolean recurrent) {

    /** The arguments of {@code IWeightInit.init}. */
    record Given(double fanIn, double fanOut, List<Long> shape, char order) {
        WeightShape inferred() {
            return WeightShape.infer(fanIn, fanOut, sizes(), order);
        }

        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private record Noted(IWeightInit scheme, Given given, INDArray weights) {}

    /**
     * All calls that DL4J makes for a layer. They are not worked out but watched: a copy of the layer gets schemes that note their
     * arguments, and DL4J's own parameter initializer is run on it. Nothing is drawn, and the given configuration is not changed.
     *
     * @param configuration the configuration that holds the layer
     * @param layer the layer, taken out of its wrappers
     */
    static List<Dl4jDraw> of(NeuralNetConfiguration configuration, BaseLayer layer) {
        List<Noted> calls = new ArrayList<>();
        BaseLayer copy = layer.clone();
        copy.setWeightInitFn(noting(layer.getWeightInitFn(), calls));
        if (copy instanceof BaseRecurrentLayer recurrent && recurrent.getWeightInitFnRecurrent() != null) {
            recurrent.setWeightInitFnRecurrent(noting(recurrent.getWeightInitFnRecurrent(), calls));
        }
        NeuralNetConfiguration own = configuration.clone();
        own.setLayer(copy);
        long parameters = copy.initializer().numParams(own);
        try (INDArray view = Nd4j.createUninitialized(DataType.FLOAT, parameters)) {
            Map<String, INDArray> table = copy.initializer().init(own, view, true);
            return calls.stream().map(call -> draw(layer, call, table)).toList();
        }
    }

    private static IWeightInit noting(IWeightInit scheme, List<Noted> calls) {
        return (fanIn, fanOut, shape, order, view) -> {
            INDArray weights = view.reshape(order, shape);
            List<Long> sizes = Arrays.stream(shape).boxed().toList();
            calls.add(new Noted(scheme, new Given(fanIn, fanOut, sizes, order), weights));
            return weights;
        };
    }

    private static Dl4jDraw draw(BaseLayer layer, Noted call, Map<String, INDArray> table) {
        String parameter = table.entrySet().stream()
                .filter(entry -> entry.getValue() == call.weights())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("W");
        WeightView known = LayerCatalog.of(layer).weights(layer, table).stream()
                .filter(weight -> weight.parameter().equals(parameter))
                .findFirst()
                .orElse(null);
        return known == null
                ? new Dl4jDraw(parameter, call.scheme(), call.given(), null, false)
                : new Dl4jDraw(
                        parameter,
                        call.scheme(),
                        call.given(),
                        known.shape(),
                        known.role() == Role.RECURRENT && layer instanceof BaseRecurrentLayer);
    }

    /** The line of a layer's builder that gives the array another scheme. */
    String line(String scheme) {
        return (recurrent ? ".weightInitRecurrent(" : ".weightInit(") + scheme + ")";
    }

    /** Whether DL4J's layer has parameters at all: loss, activation and dropout layers are FeedForwardLayers without. */
    static boolean hasParameters(BaseLayer layer) {
        return !(layer.initializer() instanceof EmptyParamInitializer);
    }

    /** What DL4J would need to know before it can count the layer's parameters, or null. */
    static @Nullable String missing(BaseLayer layer) {
        if (layer instanceof PReLULayer prelu) {
            return prelu.getInputShape() == null
                    ? "inputShape is not set: give it, DL4J does not take it from the input type"
                    : null;
        }
        boolean unknown = layer instanceof FeedForwardLayer feedForward && feedForward.getNIn() == 0;
        return unknown ? "nIn is 0: give it, or give the configuration an input type" : null;
    }

    /** Both directions of a bidirectional layer have one configuration, so that one of them is audited. */
    static Layer unwrapped(Layer layer) {
        Layer inside = LayerCatalog.unwrap(layer);
        return inside instanceof Bidirectional both ? unwrapped(both.getFwd()) : inside;
    }
}
