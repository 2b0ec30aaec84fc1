package io.github.dl4jinit.network;

import io.github.dl4jinit.network.LayerFacts.Derivative;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Convolution3D.DataFormat;
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
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The facts about Deeplearning4j's own layers that have weights or a loss. A test holds each of them to what DL4J does. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
final class Dl4jLayers {

    private static final String LAYER_NORM = "layer normalization fixes its variance, whatever the weights";

    private final Map<Class<?>, LayerFacts> facts = new HashMap<>();

    private Dl4jLayers() {}

    static Map<Class<?>, LayerFacts> facts() {
        Dl4jLayers layers = new Dl4jLayers();
        layers.dense();
        layers.convolutions();
        layers.recurrent();
        layers.otherWeights();
        layers.outputs();
        layers.facts.putAll(Dl4jFunctions.facts());
        return layers.facts;
    }

    private <L extends Layer> void add(Class<L> type, LayerFacts.Builder<L> builder) {
        facts.put(type, builder.build());
    }

    private void same(Class<?> type, Class<?> parent) {
        facts.put(type, facts.get(parent));
    }

    private void dense() {
        add(
                DenseLayer.class,
                LayerFacts.of(DenseLayer.class)
                        .linear(WeightAxes::dense)
                        .skipped(layer -> layer.hasLayerNorm() ? LAYER_NORM : null)
                        .derivative(Derivative.STEPS)
                        .stateless());
        add(AutoEncoder.class, LayerFacts.of(AutoEncoder.class).linear(WeightAxes::dense));
        add(EmbeddingLayer.class, LayerFacts.of(EmbeddingLayer.class).linear(WeightAxes::embedding));
        add(
                EmbeddingSequenceLayer.class,
                LayerFacts.of(EmbeddingSequenceLayer.class)
                        .linear(WeightAxes::embedding)
                        .channelsLast(layer -> layer.getOutputFormat() == RNNFormat.NWC));
    }

    private void convolutions() {
        add(
                ConvolutionLayer.class,
                images(ConvolutionLayer.class)
                        .linear(WeightAxes::convolution)
                        .derivative(Derivative.PATCHES)
                        .stateless());
        same(Convolution2D.class, ConvolutionLayer.class);
        add(
                Convolution1DLayer.class,
                LayerFacts.of(Convolution1DLayer.class)
                        .linear(WeightAxes::convolution1d)
                        .channelsLast(layer -> layer.getRnnDataFormat() == RNNFormat.NWC));
        same(Convolution1D.class, Convolution1DLayer.class);
        add(
                Convolution3D.class,
                LayerFacts.of(Convolution3D.class)
                        .linear(WeightAxes::convolution)
                        .channelsLast(layer -> layer.getDataFormat() == DataFormat.NDHWC));
        add(Deconvolution2D.class, images(Deconvolution2D.class).linear(WeightAxes::deconvolution2d));
        add(
                Deconvolution3D.class,
                LayerFacts.of(Deconvolution3D.class)
                        .linear(WeightAxes::deconvolution3d)
                        .channelsLast(layer -> layer.getDataFormat() == DataFormat.NDHWC));
        add(DepthwiseConvolution2D.class, images(DepthwiseConvolution2D.class).linear(WeightAxes::depthwise));
        add(SeparableConvolution2D.class, images(SeparableConvolution2D.class).weights(WeightAxes::separable));
    }

    private static <L extends ConvolutionLayer> LayerFacts.Builder<L> images(Class<L> type) {
        return LayerFacts.of(type).channelsLast(layer -> layer.getCnn2dDataFormat() == CNN2DFormat.NHWC);
    }

    private void recurrent() {
        add(
                LSTM.class,
                series(LSTM.class)
                        .weights(WeightAxes::gated)
                        .derivative(Derivative.GATED)
                        .stateless());
        add(GravesLSTM.class, series(GravesLSTM.class).weights(WeightAxes::gated));
        add(GravesBidirectionalLSTM.class, series(GravesBidirectionalLSTM.class).weights(WeightAxes::gatedBothWays));
        add(
                SimpleRnn.class,
                series(SimpleRnn.class)
                        .weights(WeightAxes::recurrent)
                        .skipped(layer -> layer.hasLayerNorm() ? LAYER_NORM : null)
                        .derivative(Derivative.RECURRENT)
                        .stateless());
        add(
                Bidirectional.class,
                LayerFacts.of(Bidirectional.class)
                        .weights(Dl4jLayers::bothWays)
                        .skipped(both -> LayerCatalog.of(both.getFwd())
                                .obstacle(both.getFwd())
                                .orElse(null))
                        .channelsLast(both -> LayerCatalog.of(both.getFwd()).isChannelsLast(both.getFwd())));
    }

    private static <L extends BaseRecurrentLayer> LayerFacts.Builder<L> series(Class<L> type) {
        return LayerFacts.of(type).channelsLast(layer -> layer.getRnnDataFormat() == RNNFormat.NWC);
    }

    private static List<WeightView> bothWays(Bidirectional both, Map<String, INDArray> parameters) {
        List<WeightView> weights = new ArrayList<>();
        weights.addAll(WeightAxes.prefixed("f", both.getFwd(), parameters));
        weights.addAll(WeightAxes.prefixed("b", both.getBwd(), parameters));
        return weights;
    }

    /** Layers with parameters that are not one linear map before an activation. */
    private void otherWeights() {
        add(
                BatchNormalization.class,
                LayerFacts.of(BatchNormalization.class)
                        .skipped(layer -> "normalizes: it has a gain and a shift, no weights")
                        .channelsLast(layer -> layer.getCnn2DFormat() == CNN2DFormat.NHWC));
        add(
                PReLULayer.class,
                LayerFacts.of(PReLULayer.class)
                        .weights(WeightAxes::slopes)
                        .skipped(layer -> LayerFacts.notLinear("PReLULayer"))
                        .overwritesInput()
                        .keepsLayout());
        add(
                ElementWiseMultiplicationLayer.class,
                LayerFacts.of(ElementWiseMultiplicationLayer.class)
                        .weights(WeightAxes::elementWise)
                        .skipped(layer -> LayerFacts.notLinear("ElementWiseMultiplicationLayer")));
        add(
                LocallyConnected2D.class,
                LayerFacts.of(LocallyConnected2D.class).channelsLast(layer -> layer.getFormat() == CNN2DFormat.NHWC));
        for (Class<? extends Layer> type : List.of(
                VariationalAutoencoder.class,
                LocallyConnected1D.class,
                SelfAttentionLayer.class,
                LearnedSelfAttentionLayer.class,
                RecurrentAttentionLayer.class,
                PrimaryCapsules.class,
                CapsuleLayer.class)) {
            add(type);
        }
    }

    private <L extends Layer> void add(Class<L> type) {
        add(type, LayerFacts.of(type));
    }

    private void outputs() {
        add(OutputLayer.class, output(OutputLayer.class).derivative(Derivative.STEPS));
        add(
                RnnOutputLayer.class,
                output(RnnOutputLayer.class)
                        .channelsLast(layer -> layer.getRnnDataFormat() == RNNFormat.NWC)
                        .derivative(Derivative.STEPS));
        // The pull of its centres is part of its gradient.
        add(
                CenterLossOutputLayer.class,
                LayerFacts.of(CenterLossOutputLayer.class)
                        .linear(WeightAxes::dense)
                        .ownLoss());
        add(OCNNOutputLayer.class, LayerFacts.of(OCNNOutputLayer.class).ownLoss());
        add(LossLayer.class, LayerFacts.of(LossLayer.class).loss(LossLayer::getLossFn, LossLayer::setLossFn));
        add(
                RnnLossLayer.class,
                LayerFacts.of(RnnLossLayer.class)
                        .loss(RnnLossLayer::getLossFn, RnnLossLayer::setLossFn)
                        .channelsLast(layer -> layer.getRnnDataFormat() == RNNFormat.NWC));
        add(
                CnnLossLayer.class,
                LayerFacts.of(CnnLossLayer.class)
                        .loss(CnnLossLayer::getLossFn, CnnLossLayer::setLossFn)
                        .channelsLast(layer -> layer.getFormat() == CNN2DFormat.NHWC));
        add(
                Cnn3DLossLayer.class,
                LayerFacts.of(Cnn3DLossLayer.class)
                        .loss(Cnn3DLossLayer::getLossFn, Cnn3DLossLayer::setLossFn)
                        .channelsLast(layer -> layer.getDataFormat() == DataFormat.NDHWC));
        add(
                Yolo2OutputLayer.class,
                LayerFacts.of(Yolo2OutputLayer.class)
                        .ownLoss()
                        .channelsLast(layer -> layer.getFormat() == CNN2DFormat.NHWC));
    }

    private static <L extends BaseOutputLayer> LayerFacts.Builder<L> output(Class<L> type) {
        return LayerFacts.of(type)
                .linear(WeightAxes::dense)
                .loss(BaseOutputLayer::getLossFn, BaseOutputLayer::setLossFn)
                .stateless();
    }
}
