package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Kernels of networks with finite outputs were NaN, without a word. */
class KernelFiniteTest {

    private static MultiLayerNetwork pnorm() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(3).build())
                .layer(new SubsamplingLayer.Builder(
                                SubsamplingLayer.PoolingType.PNORM, new int[] {2, 2}, new int[] {2, 2})
                        .pnorm(2)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .build())
                .setInputType(InputType.convolutional(4, 4, 2))
                .build());
    }

    @ParameterizedTest
    @EnumSource(EmpiricalNtk.Method.class)
    void pnormPoolingOfZeros_isRefusedWithPlaceAndRemedy(EmpiricalNtk.Method method) {
        MultiLayerNetwork network = pnorm();
        INDArray images = Networks.normal(1, DataType.DOUBLE, 3, 2, 4, 4);
        images.slice(1).assign(0);
        assertThat(network.output(images.dup()).isNaN().any()).isFalse();
        assertThatThrownBy(() ->
                        EmpiricalNtk.builder(network).method(method).build().kernel(images, images))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("SubsamplingLayer")
                .hasMessageContaining("MAX or AVG");
    }

    /** Without this library. */
    @Test
    void dl4jsOwnGradientOfPnormPooling_isNotANumberAtZero() {
        org.deeplearning4j.nn.api.Layer pooling = pnorm().getLayer(1);
        pooling.setInput(Nd4j.zeros(DataType.DOUBLE, 1, 3, 4, 4), LayerWorkspaceMgr.noWorkspaces());
        INDArray back = pooling.backpropGradient(
                        Nd4j.ones(DataType.DOUBLE, 1, 3, 2, 2), LayerWorkspaceMgr.noWorkspaces())
                .getSecond();
        assertThat(back.isNaN().all()).isTrue();
    }

    @Test
    void overflow_namesTheLayer() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 4, 5, 6);
        network.params().muli(1e30);
        INDArray x = Networks.normal(1, DataType.FLOAT, 3, 4);
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(x, x))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("'layer1'");
    }
}
