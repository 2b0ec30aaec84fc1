package io.github.dl4jinit.network;

import io.github.dl4jinit.network.FlowNode.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D.DataFormat;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.layers.util.IdentityLayer;

/** The facts about Deeplearning4j's own layers without weights and loss. A test holds each of them to what DL4J does. */
final class Dl4jFunctions {

    private final Map<Class<?>, LayerFacts> facts = new HashMap<>();

    private Dl4jFunctions() {}

    static Map<Class<?>, LayerFacts> facts() {
        Dl4jFunctions functions = new Dl4jFunctions();
        functions.selections();
        functions.others();
        return functions.facts;
    }

    private <L extends Layer> void add(Class<L> type, LayerFacts.Builder<L> builder) {
        facts.put(type, builder.build());
    }

    private void same(Class<?> type, Class<?> parent) {
        facts.put(type, facts.get(parent));
    }

    /** Layers whose outputs are values of the input, averages of them, or zeros. */
    private void selections() {
        add(
                SubsamplingLayer.class,
                LayerFacts.of(SubsamplingLayer.class)
                        .flow(layer -> pooled(layer.getPoolingType()))
                        .channelsLast(layer -> layer.getCnn2dDataFormat() == CNN2DFormat.NHWC)
                        .stateless());
        same(Pooling2D.class, SubsamplingLayer.class);
        add(
                Subsampling1DLayer.class,
                LayerFacts.of(Subsampling1DLayer.class)
                        .flow(layer -> pooled(layer.getPoolingType()))
                        .channelsLast(layer -> layer.getCnn2dDataFormat() == CNN2DFormat.NHWC));
        same(Pooling1D.class, Subsampling1DLayer.class);
        add(
                Subsampling3DLayer.class,
                LayerFacts.of(Subsampling3DLayer.class)
                        .flow(layer -> pooled(layer.getPoolingType()))
                        .channelsLast(layer -> layer.getDataFormat() == DataFormat.NDHWC));
        add(
                GlobalPoolingLayer.class,
                LayerFacts.of(GlobalPoolingLayer.class).flow(layer -> pooled(layer.getPoolingType())));
        add(
                Upsampling2D.class,
                LayerFacts.of(Upsampling2D.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getFormat() == CNN2DFormat.NHWC));
        add(
                Upsampling3D.class,
                LayerFacts.of(Upsampling3D.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getDataFormat() == DataFormat.NDHWC));
        add(
                SpaceToBatchLayer.class,
                LayerFacts.of(SpaceToBatchLayer.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getFormat() == CNN2DFormat.NHWC));
        add(
                SpaceToDepthLayer.class,
                LayerFacts.of(SpaceToDepthLayer.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getDataFormat() == CNN2DFormat.NHWC));
        add(
                ZeroPaddingLayer.class,
                LayerFacts.of(ZeroPaddingLayer.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getDataFormat() == CNN2DFormat.NHWC));
        add(
                Cropping2D.class,
                LayerFacts.of(Cropping2D.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getDataFormat() == CNN2DFormat.NHWC));
        add(
                RepeatVector.class,
                LayerFacts.of(RepeatVector.class)
                        .flow(layer -> Kind.SELECTION)
                        .channelsLast(layer -> layer.getDataFormat() == RNNFormat.NWC));
        for (Class<? extends Layer> type : List.of(
                Upsampling1D.class,
                ZeroPadding1DLayer.class,
                ZeroPadding3DLayer.class,
                Cropping1D.class,
                Cropping3D.class)) {
            facts.put(type, LayerFacts.of(type).flow(layer -> Kind.SELECTION).build());
        }
    }

    private static Kind pooled(PoolingType pooling) {
        return pooling == PoolingType.MAX || pooling == PoolingType.AVG ? Kind.SELECTION : Kind.OTHER;
    }

    private void others() {
        add(
                ActivationLayer.class,
                LayerFacts.of(ActivationLayer.class)
                        .flow(layer -> Kind.ACTIVATION)
                        .elementwise()
                        .overwritesInput()
                        .stateless());
        add(
                DropoutLayer.class,
                LayerFacts.of(DropoutLayer.class).flow(layer -> Kind.SELECTION).elementwise());
        add(
                IdentityLayer.class,
                LayerFacts.of(IdentityLayer.class).flow(layer -> Kind.SELECTION).elementwise());
        add(
                LocalResponseNormalization.class,
                LayerFacts.of(LocalResponseNormalization.class)
                        .channelsLast(layer -> layer.getDataFormat() == CNN2DFormat.NHWC));
        add(CapsuleStrengthLayer.class, LayerFacts.of(CapsuleStrengthLayer.class));
        add(MaskLayer.class, LayerFacts.of(MaskLayer.class).keepsLayout());
    }
}
