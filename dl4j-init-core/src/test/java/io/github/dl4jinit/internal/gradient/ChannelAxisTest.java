package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.Networks;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where channels lie after layers whose configuration does not say it: their axis was taken for 1. */
class ChannelAxisTest {

    private static void assertChannels(ComputationGraph graph, INDArray features, long channels) {
        Recording.Mode mode = new Recording.Mode(DataType.DOUBLE, false, Recording.End.OUTPUT);
        try (NetworkCopy copy = NetworkCopy.of(graph);
                Recording recording = Recording.of(copy, new MultiDataSet(features, null), mode)) {
            for (int step = 0; step < recording.steps().size(); step++) {
                if (recording.steps().get(step).kind() != FlowNode.Kind.INPUT) {
                    assertThat(recording
                                    .samples(step, recording.output(step))
                                    .rows()
                                    .size(1))
                            .as(recording.steps().get(step).name())
                            .isEqualTo(channels);
                }
            }
        }
    }

    @Test
    void afterAChannelsLastConvolution_activationPReluDropoutAndAddKeepItsAxis() {
        InputType image = InputType.convolutional(5, 6, 2, CNN2DFormat.NHWC);
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(image)
                .addLayer(
                        "convolution",
                        new ConvolutionLayer.Builder(1, 1)
                                .nOut(3)
                                .dataFormat(CNN2DFormat.NHWC)
                                .build(),
                        "in")
                .addLayer("activation", new ActivationLayer(Activation.TANH), "convolution")
                .addLayer("prelu", new PReLULayer.Builder().inputShape(5, 6, 3).build(), "activation")
                .addLayer("dropout", new DropoutLayer(0.5), "prelu")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "dropout", "convolution")
                .setOutputs("add")
                .build());
        assertChannels(graph, Networks.normal(1, DataType.DOUBLE, 4, 5, 6, 2), 3);
    }

    @Test
    void subsampling1dLayerWithNwc_hasItsChannelsLast() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(2, 8, RNNFormat.NWC))
                .addLayer(
                        "rnn",
                        new SimpleRnn.Builder()
                                .nOut(3)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "in")
                .addLayer("pooling", new Subsampling1DLayer.Builder(2, 2).build(), "rnn")
                .setOutputs("pooling")
                .build());
        assertChannels(graph, Networks.normal(1, DataType.DOUBLE, 4, 8, 2), 3);
    }

    @Test
    void batchNormalizationAndSubsamplingLayerWithNhwc_haveTheirChannelsLast() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 4, 3, CNN2DFormat.NHWC))
                .addLayer("normalization", new BatchNormalization(), "in")
                .addLayer(
                        "pooling",
                        new SubsamplingLayer.Builder(new int[] {2, 2}, new int[] {2, 2}).build(),
                        "normalization")
                .setOutputs("pooling")
                .build());
        assertChannels(graph, Networks.normal(1, DataType.DOUBLE, 4, 6, 4, 3), 3);
    }

    @Test
    void rnnOutputLayerWithNwc_hasItsChannelsLast() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(2, 8, RNNFormat.NWC))
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .nOut(3)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "in")
                .setOutputs("out")
                .build());
        assertChannels(graph, Networks.normal(1, DataType.DOUBLE, 4, 8, 2), 3);
    }
}
