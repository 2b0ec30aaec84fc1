package io.github.dl4jinit.ntk;

import static io.github.dl4jinit.ntk.KernelNetworks.assertClose;
import static io.github.dl4jinit.ntk.KernelNetworks.batch;
import static io.github.dl4jinit.ntk.KernelNetworks.conv;
import static io.github.dl4jinit.ntk.KernelNetworks.dense;
import static io.github.dl4jinit.ntk.KernelNetworks.network;
import static io.github.dl4jinit.ntk.KernelNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How kernels are computed: in tiles and passes, without traces in the network, and what is refused. */
class EmpiricalNtkComputationTest {

    /** Nothing of the network, of its counters or of the generator moves by a bit; one seed, the same bits. */
    @ParameterizedTest
    @EnumSource
    void aKernel_leavesEverythingAsItWas(EmpiricalNtk.Method method) {
        MultiLayerNetwork network =
                network(InputType.convolutional(5, 6, 2), conv(3), new BatchNormalization(), output());
        network.setIterationCount(7);
        network.setEpochCount(2);
        INDArray x = batch(1, DataType.DOUBLE, 4, 2, 5, 6);
        INDArray before = network.params().dup();
        String configuration = network.getLayerWiseConfigurations().toJson();
        INDArray output = network.output(x);
        Nd4j.getRandom().setSeed(99);
        INDArray drawn = Nd4j.rand(DataType.DOUBLE, 3);
        Nd4j.getRandom().setSeed(99);
        EmpiricalNtk kernels = EmpiricalNtk.builder(network).method(method).build();
        INDArray kernel = kernels.fullKernel(x, x);
        assertThat(Nd4j.rand(DataType.DOUBLE, 3)).isEqualTo(drawn);
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(configuration);
        assertThat(network.output(x)).isEqualTo(output);
        assertThat(network.getIterationCount()).isEqualTo(7);
        assertThat(network.getEpochCount()).isEqualTo(2);
        assertThat(kernels.fullKernel(x, x)).isEqualTo(kernel);
    }

    @ParameterizedTest
    @EnumSource
    void tiles_makeTheSameKernel(EmpiricalNtk.Method method) {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6, 5);
        INDArray x1 = batch(1, DataType.DOUBLE, 7, 4);
        INDArray x2 = batch(2, DataType.DOUBLE, 5, 4);
        EmpiricalNtk.Builder builder = EmpiricalNtk.builder(network).method(method);
        List<String> calls = new ArrayList<>();
        EmpiricalNtk whole = builder.build();
        EmpiricalNtk tiled = builder.memory(1500)
                .progress((done, total) -> calls.add(done + "/" + total))
                .build();
        assertClose(tiled.fullKernel(x1, x2), whole.fullKernel(x1, x2), 1e-12);
        assertThat(calls).hasSizeGreaterThan(1);
        assertThat(calls.get(calls.size() - 1)).isEqualTo(calls.size() + "/" + calls.size());
        assertClose(tiled.kernel(x1, x1), whole.kernel(x1, x1), 1e-12);
        assertClose(tiled.fullKernel(x1, x1), whole.fullKernel(x1, x1), 1e-12);
    }

    /** More examples than one pass takes: each block is what a pass for its own examples gives. */
    @Test
    void severalPasses_makeTheSameKernel() {
        MultiLayerNetwork network =
                network(DataType.DOUBLE, InputType.feedForward(6000), dense(1000), dense(10), output());
        INDArray x = batch(1, DataType.DOUBLE, 100, 6000);
        INDArray first = x.get(NDArrayIndex.interval(0, 45), NDArrayIndex.all()).dup('c');
        INDArray second =
                x.get(NDArrayIndex.interval(45, 100), NDArrayIndex.all()).dup('c');
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        INDArray block = kernel.get(NDArrayIndex.interval(0, 45), NDArrayIndex.interval(45, 100));
        assertClose(block, EmpiricalNtk.of(network).kernel(first, second), 1e-12);
    }

    @Test
    void replacedParameters_areRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 4, 4);
        network.getLayer(1)
                .setParamTable(Map.of(
                        "W",
                        network.getLayer(0).getParam("W"),
                        "b",
                        network.getLayer(1).getParam("b")));
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(x, x)).hasMessageContaining("share");
    }

    @Test
    void aNetworkThatNothingTrains_isRefused() {
        MultiLayerNetwork network = new TransferLearning.Builder(network(
                        InputType.feedForward(4),
                        dense(3),
                        new LossLayer.Builder().activation(Activation.SOFTMAX).build()))
                .setFeatureExtractor(0)
                .build();
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(x, x))
                .hasMessageContaining("no parameters that training would change");
    }

    @Test
    void badInput_isRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6);
        EmpiricalNtk kernels = EmpiricalNtk.of(network);
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        INDArray bad = x.dup();
        bad.putScalar(1, 1, Double.NaN);
        assertThatThrownBy(() -> kernels.kernel(x, bad)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> kernels.kernel(x, Nd4j.empty(DataType.DOUBLE))).hasMessageContaining("empty");
        assertThatThrownBy(() -> kernels.kernel(x, batch(1, DataType.DOUBLE, 3, 5)))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> EmpiricalNtk.builder(network).memory(0).build())
                .hasMessageContaining("0");
        assertThatThrownBy(() ->
                        EmpiricalNtk.builder(network).memory(1L << 60).build().kernel(x, x))
                .hasMessageContaining("bytes")
                .hasMessageContaining("maxbytes");
    }
}
