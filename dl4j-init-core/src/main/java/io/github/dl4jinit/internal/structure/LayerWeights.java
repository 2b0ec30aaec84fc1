package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the weights of DL4J's layers lie, by the class of their configuration. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
public final class LayerWeights {

    /** Exact classes: a subclass, DL4J's or a user's, may compute something else. */
    private static final Map<Class<?>, BiFunction<Layer, long[], WeightShape>> SHAPES = Map.ofEntries(
            Map.entry(DenseLayer.class, LayerWeights::dense),
            Map.entry(OutputLayer.class, LayerWeights::dense),
            Map.entry(RnnOutputLayer.class, LayerWeights::dense),
            Map.entry(CenterLossOutputLayer.class, LayerWeights::dense),
            Map.entry(AutoEncoder.class, LayerWeights::dense),
            Map.entry(EmbeddingLayer.class, LayerWeights::embedding),
            Map.entry(EmbeddingSequenceLayer.class, LayerWeights::embedding),
            Map.entry(Convolution1DLayer.class, LayerWeights::convolution1d),
            Map.entry(Convolution1D.class, LayerWeights::convolution1d),
            Map.entry(ConvolutionLayer.class, LayerWeights::convolution),
            Map.entry(Convolution2D.class, LayerWeights::convolution),
            Map.entry(Convolution3D.class, LayerWeights::convolution),
            Map.entry(Deconvolution2D.class, LayerWeights::deconvolution2d),
            Map.entry(Deconvolution3D.class, LayerWeights::deconvolution3d),
            Map.entry(DepthwiseConvolution2D.class, LayerWeights::depthwise),
            Map.entry(SeparableConvolution2D.class, LayerWeights::separableDepth));

    private LayerWeights() {}

    /** Empty if the layer is not one linear map before an activation, or has layer normalization behind it. */
    public static List<WeightView> of(Layer layer, Map<String, INDArray> parameters) {
        if (parameters == null || parameters.isEmpty() || parameters.containsKey("g")) {
            return List.of();
        }
        if (layer instanceof Bidirectional both) {
            List<WeightView> weights = new ArrayList<>();
            weights.addAll(recurrent(both.getFwd(), parameters, "f", ""));
            weights.addAll(recurrent(both.getBwd(), parameters, "b", ""));
            return weights;
        }
        if (layer instanceof GravesBidirectionalLSTM) {
            List<WeightView> weights = new ArrayList<>();
            weights.addAll(recurrent(layer, parameters, "", "F"));
            weights.addAll(recurrent(layer, parameters, "", "B"));
            return weights;
        }
        List<WeightView> recurrent = recurrent(layer, parameters, "", "");
        return recurrent.isEmpty() ? feedForward(layer, parameters) : recurrent;
    }

    /** Weights named by prefix and suffix, as bidirectional layers name them; empty if the layer is not recurrent. */
    private static List<WeightView> recurrent(
            Layer layer, Map<String, INDArray> parameters, String prefix, String suffix) {
        Layer inner = LayerKind.unwrap(layer);
        boolean gated =
                inner instanceof LSTM || inner instanceof GravesLSTM || inner instanceof GravesBidirectionalLSTM;
        if (!gated && !(inner instanceof SimpleRnn)) {
            return List.of();
        }
        String input = prefix + "W" + suffix;
        String previous = prefix + "RW" + suffix;
        INDArray inputWeights = Objects.requireNonNull(parameters.get(input));
        INDArray recurrentWeights = Objects.requireNonNull(parameters.get(previous));
        long units = recurrentWeights.size(0);
        return List.of(
                new WeightView(
                        input,
                        Role.RESPONSE,
                        recurrentShape(inputWeights, units, gated),
                        inputWeights,
                        parameters.get(prefix + "b" + suffix)),
                new WeightView(
                        previous,
                        Role.RECURRENT,
                        recurrentShape(recurrentWeights, units, gated),
                        recurrentWeights,
                        null));
    }

    private static WeightShape recurrentShape(INDArray weights, long units, boolean gated) {
        return gated
                ? WeightShape.lstm(weights.size(0), units, (int) (weights.size(1) - 4 * units))
                : WeightShape.dense(weights.size(0), units);
    }

    private static List<WeightView> feedForward(Layer layer, Map<String, INDArray> parameters) {
        INDArray weights = parameters.get("W");
        BiFunction<Layer, long[], WeightShape> shapes = SHAPES.get(layer.getClass());
        if (weights == null || shapes == null) {
            return List.of();
        }
        WeightShape shape = shapes.apply(layer, weights.shape());
        INDArray bias = parameters.get("b");
        INDArray pointwise = parameters.get("pW");
        if (pointwise == null) {
            return List.of(new WeightView("W", Role.RESPONSE, shape, weights, bias));
        }
        WeightShape pointwiseShape = WeightShape.pointwise(pointwise.size(1), pointwise.size(0));
        return List.of(
                new WeightView("W", Role.INNER, shape, weights, null),
                new WeightView("pW", Role.RESPONSE, pointwiseShape, pointwise, bias));
    }

    private static WeightShape dense(Layer layer, long[] shape) {
        return WeightShape.dense(shape[0], shape[1]);
    }

    private static WeightShape embedding(Layer layer, long[] shape) {
        return WeightShape.embedding(shape[0], shape[1]);
    }

    private static WeightShape convolution1d(Layer layer, long[] shape) {
        return WeightShape.convolution(shape[1], shape[0], tail(shape, 2, 1), strides(layer, 1));
    }

    private static WeightShape convolution(Layer layer, long[] shape) {
        int axes = shape.length - 2;
        return WeightShape.convolution(shape[1], shape[0], tail(shape, 2, axes), strides(layer, axes));
    }

    private static WeightShape deconvolution2d(Layer layer, long[] shape) {
        return WeightShape.deconvolution(shape[0], shape[1], tail(shape, 2, 2), strides(layer, 2));
    }

    private static WeightShape deconvolution3d(Layer layer, long[] shape) {
        return WeightShape.deconvolution(shape[4], shape[3], tail(shape, 0, 3), strides(layer, 3));
    }

    private static WeightShape depthwise(Layer layer, long[] shape) {
        return WeightShape.depthwise(shape[2], shape[3], tail(shape, 0, 2), strides(layer, 2));
    }

    private static WeightShape separableDepth(Layer layer, long[] shape) {
        return WeightShape.separableDepth(shape[1], shape[0], tail(shape, 2, 2), strides(layer, 2));
    }

    private static long[] tail(long[] shape, int from, int axes) {
        return Arrays.copyOfRange(shape, from, from + axes);
    }

    private static long[] strides(Layer layer, int axes) {
        int[] strides = ((ConvolutionLayer) layer).getStride();
        return Arrays.stream(strides).limit(axes).asLongStream().toArray();
    }
}
