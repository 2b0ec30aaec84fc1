package io.github.dl4jinit.network;

import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the axes of DL4J's weight arrays mean, and under which names a layer keeps several. */
final class WeightAxes {

    private WeightAxes() {}

    static WeightShape dense(Layer layer, long[] shape) {
        return WeightShape.dense(shape[0], shape[1]);
    }

    static WeightShape embedding(Layer layer, long[] shape) {
        return WeightShape.embedding(shape[0], shape[1]);
    }

    static WeightShape convolution1d(ConvolutionLayer layer, long[] shape) {
        return WeightShape.convolution(shape[1], shape[0], kernel(shape, 2, 1), strides(layer, 1));
    }

    static WeightShape convolution(ConvolutionLayer layer, long[] shape) {
        int axes = shape.length - 2;
        return WeightShape.convolution(shape[1], shape[0], kernel(shape, 2, axes), strides(layer, axes));
    }

    static WeightShape deconvolution2d(ConvolutionLayer layer, long[] shape) {
        return WeightShape.deconvolution(shape[0], shape[1], kernel(shape, 2, 2), strides(layer, 2));
    }

    static WeightShape deconvolution3d(ConvolutionLayer layer, long[] shape) {
        return WeightShape.deconvolution(shape[4], shape[3], kernel(shape, 0, 3), strides(layer, 3));
    }

    static WeightShape depthwise(ConvolutionLayer layer, long[] shape) {
        return WeightShape.depthwise(shape[2], shape[3], kernel(shape, 0, 2), strides(layer, 2));
    }

    private static long[] kernel(long[] shape, int from, int axes) {
        return Arrays.copyOfRange(shape, from, from + axes);
    }

    private static long[] strides(ConvolutionLayer layer, int axes) {
        return Arrays.stream(layer.getStride()).limit(axes).asLongStream().toArray();
    }

    /** A depth-wise stage, which has no bias, and a point-wise one. */
    static List<WeightView> separable(ConvolutionLayer layer, Map<String, INDArray> parameters) {
        INDArray depth = array(parameters, "W");
        INDArray point = array(parameters, "pW");
        long[] shape = depth.shape();
        WeightShape ofDepth = WeightShape.separableDepth(shape[1], shape[0], kernel(shape, 2, 2), strides(layer, 2));
        WeightShape ofPoint = WeightShape.pointwise(point.size(1), point.size(0));
        return List.of(
                new WeightView("W", Role.INNER, ofDepth, depth, null),
                new WeightView("pW", Role.RESPONSE, ofPoint, point, parameters.get("b")));
    }

    static List<WeightView> slopes(Layer layer, Map<String, INDArray> parameters) {
        INDArray slopes = array(parameters, "W");
        return List.of(new WeightView("W", Role.ELEMENT_WISE, WeightShape.slopes(slopes.shape()), slopes, null));
    }

    static List<WeightView> elementWise(Layer layer, Map<String, INDArray> parameters) {
        INDArray factors = array(parameters, "W");
        WeightShape shape = WeightShape.elementWise(factors.length());
        return List.of(new WeightView("W", Role.ELEMENT_WISE, shape, factors, parameters.get("b")));
    }

    static List<WeightView> recurrent(Layer layer, Map<String, INDArray> parameters) {
        return recurrent(parameters, "", false);
    }

    static List<WeightView> gated(Layer layer, Map<String, INDArray> parameters) {
        return recurrent(parameters, "", true);
    }

    /** GravesBidirectionalLSTM: the names end in F and B. */
    static List<WeightView> gatedBothWays(Layer layer, Map<String, INDArray> parameters) {
        List<WeightView> weights = new ArrayList<>(recurrent(parameters, "F", true));
        weights.addAll(recurrent(parameters, "B", true));
        return weights;
    }

    private static List<WeightView> recurrent(Map<String, INDArray> parameters, String suffix, boolean gated) {
        INDArray ofInput = array(parameters, "W" + suffix);
        INDArray ofPast = array(parameters, "RW" + suffix);
        @Nullable INDArray bias = parameters.get("b" + suffix);
        long units = ofPast.size(0);
        return List.of(
                new WeightView("W" + suffix, Role.RESPONSE, recurrent(ofInput, units, gated), ofInput, bias),
                new WeightView("RW" + suffix, Role.RECURRENT, recurrent(ofPast, units, gated), ofPast, null));
    }

    private static WeightShape recurrent(INDArray weights, long units, boolean gated) {
        return gated
                ? WeightShape.lstm(weights.size(0), units, (int) (weights.size(1) - 4 * units))
                : WeightShape.dense(weights.size(0), units);
    }

    /** The weights of one direction of a Bidirectional layer, whose parameters have that direction's prefix. */
    static List<WeightView> prefixed(String prefix, Layer direction, Map<String, INDArray> parameters) {
        Map<String, INDArray> own = new HashMap<>();
        parameters.forEach((name, array) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), array);
            }
        });
        Layer inside = LayerCatalog.unwrap(direction);
        return LayerCatalog.of(inside).weights(inside, own).stream()
                .map(weight -> new WeightView(
                        prefix + weight.parameter(), weight.role(), weight.shape(), weight.weights(), weight.bias()))
                .toList();
    }

    private static INDArray array(Map<String, INDArray> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
