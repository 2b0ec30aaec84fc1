package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What this library knows about a class of DL4J's layers: where its weights lie, and where its channels.
 *
 * @param configuration the configuration of the layer inside all wrappers
 * @param weights its weight arrays, empty if there is an obstacle
 * @param obstacle why it cannot or may not be initialized, or null
 */
public record LayerKind(
        Layer configuration,
        List<WeightView> weights,
        @Nullable String obstacle) {

    public static LayerKind of(Layer configuration, Map<String, INDArray> parameters, boolean frozen) {
        if (frozen) {
            return new LayerKind(configuration, List.of(), "frozen");
        }
        List<WeightView> weights = LayerWeights.of(configuration, parameters);
        return new LayerKind(configuration, weights, weights.isEmpty() ? obstacle(configuration) : null);
    }

    public static Layer unwrap(Layer configuration) {
        return configuration instanceof BaseWrapperLayer wrapper ? unwrap(wrapper.getUnderlying()) : configuration;
    }

    public String name() {
        return configuration.getClass().getSimpleName();
    }

    @Nullable
    public IActivation activation() {
        return configuration instanceof BaseLayer layer ? layer.getActivationFn() : null;
    }

    public boolean isOutput() {
        return configuration instanceof BaseOutputLayer;
    }

    public boolean recurrent() {
        return weights.stream().anyMatch(weight -> weight.role() == Role.RECURRENT);
    }

    /** The axis of channels, and of the bias, in the layer's response. */
    public int channelAxis(int rank) {
        return channelsLast(configuration) ? rank - 1 : 1;
    }

    private static boolean channelsLast(Layer layer) {
        if (layer instanceof Bidirectional both) {
            return channelsLast(both.getFwd());
        }
        if (layer instanceof BaseRecurrentLayer recurrent) {
            return recurrent.getRnnDataFormat() == RNNFormat.NWC;
        }
        if (layer instanceof EmbeddingSequenceLayer embedding) {
            return embedding.getOutputFormat() == RNNFormat.NWC;
        }
        if (layer instanceof Convolution1DLayer convolution) {
            return convolution.getRnnDataFormat() == RNNFormat.NWC;
        }
        if (layer instanceof Convolution3D convolution) {
            return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
        }
        if (layer instanceof Deconvolution3D convolution) {
            return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
        }
        return layer instanceof ConvolutionLayer convolution && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }

    private static String obstacle(Layer layer) {
        if (layer instanceof BatchNormalization) {
            return "normalizes: it has a gain and a shift, no weights";
        }
        if (layer instanceof DenseLayer || layer instanceof SimpleRnn) {
            return "layer normalization fixes its variance, whatever the weights";
        }
        return "a " + layer.getClass().getSimpleName() + " is not one linear map before an activation";
    }
}
