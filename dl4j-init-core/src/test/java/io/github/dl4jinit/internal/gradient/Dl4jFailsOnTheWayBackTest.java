package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.probe.HessianSpectrum;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers through which DL4J itself fails to go back: its native exception came out of every tool that differentiates. */
class Dl4jFailsOnTheWayBackTest {

    private static MultiLayerNetwork prelu(boolean shared) {
        PReLULayer.Builder prelu = new PReLULayer.Builder().inputShape(2, 4, 3);
        if (shared) {
            prelu.sharedAxes(2, 3);
        }
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).nIn(2).nOut(2).build())
                .layer(prelu.build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(4, 3, 2))
                .build());
        network.params().addi(0.125);
        return network;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void prelu_ofMoreThan64ExamplesOrSharedSlopes_hasItsDerivatives(boolean shared) {
        MultiLayerNetwork network = prelu(shared);
        INDArray features = Networks.normal(1, DataType.DOUBLE, shared ? 7 : 70, 2, 4, 3);
        SameDiffBackwardTest.check(network, features, false);
        SameDiffBackwardTest.checkLoss(network, features);
        MultiDataSet batch = new MultiDataSet(features, network.output(features.dup()));
        assertThat(new JacobianSpectrum(1, 2048, false)
                        .measure(network, batch)
                        .layers()
                        .get(1)
                        .note())
                .isEmpty();
        assertThat(EmpiricalNtk.of(network).kernel(features, features).isNaN().any())
                .isFalse();
        assertThat(Probe.defaults().measure(network, batch).toText()).doesNotContain("no gradients");
        assertThat(InitDoctor.examine(network, batch).toText()).isNotEmpty();
    }

    /** Without this library: the slopes are two, the numbers of the batch 168. */
    @Test
    void prelu_dl4jsOwnFit_fails() {
        MultiLayerNetwork network = prelu(true);
        INDArray features = Networks.normal(1, DataType.DOUBLE, 7, 2, 4, 3);
        assertThatThrownBy(() -> network.fit(features, Networks.normal(2, DataType.DOUBLE, 7, 2)))
                .hasMessageContaining("prelu_bp");
    }

    @Test
    void convolution1dWithChannelsLast_isRefusedWithTheRemedy() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new Convolution1DLayer.Builder()
                        .kernelSize(2)
                        .nOut(4)
                        .rnnDataFormat(RNNFormat.NWC)
                        .build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(3, 6, RNNFormat.NWC))
                .build());
        INDArray features = Networks.normal(1, DataType.DOUBLE, 5, 6, 3);
        INDArray labels = Networks.normal(2, DataType.DOUBLE, 5, 5, 2);
        assertThatThrownBy(() -> network.fit(features.dup(), labels)).hasMessageContaining("conv1d_bp");
        MultiDataSet batch = new MultiDataSet(features, labels);
        String remedy = "NCW";
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(features, features))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
        assertThatThrownBy(() -> HessianSpectrum.defaults().measure(network, batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
        assertThat(JacobianSpectrum.defaults().measure(network, batch).network().note())
                .contains(remedy);
        assertThat(Probe.defaults().measure(network, batch).toText()).contains(remedy);
        assertThat(InitDoctor.examine(network, batch).toText()).contains(remedy);
    }

    /** DL4J takes the score after a backward pass that has written into the layer's input. */
    @Test
    void lossLayer_itsLossIsThatOfItsOutput() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(3).build())
                .layer(new LossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.TANH)
                        .build())
                .build());
        INDArray features = Networks.normal(1, DataType.DOUBLE, 4, 5);
        INDArray labels = Networks.normal(2, DataType.DOUBLE, 4, 3);
        INDArray errors = network.output(features.dup()).sub(labels);
        try (NetworkCopy copy = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(copy, new MultiDataSet(features, labels))) {
            assertThat(loss.loss(loss.parameters()))
                    .isCloseTo(errors.mul(errors).meanNumber().doubleValue(), within(1e-12));
        }
    }
}
