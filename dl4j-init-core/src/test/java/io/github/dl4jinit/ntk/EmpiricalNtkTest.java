package io.github.dl4jinit.ntk;

import static io.github.dl4jinit.ntk.KernelNetworks.assertClose;
import static io.github.dl4jinit.ntk.KernelNetworks.batch;
import static io.github.dl4jinit.ntk.KernelNetworks.conv;
import static io.github.dl4jinit.ntk.KernelNetworks.dense;
import static io.github.dl4jinit.ntk.KernelNetworks.differences;
import static io.github.dl4jinit.ntk.KernelNetworks.disturbed;
import static io.github.dl4jinit.ntk.KernelNetworks.full;
import static io.github.dl4jinit.ntk.KernelNetworks.network;
import static io.github.dl4jinit.ntk.KernelNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The kernels' values, by several routes. */
class EmpiricalNtkTest {

    private static final int N1 = 3;
    private static final int N2 = 2;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.dl4jinit.ntk.KernelNetworks#networks")
    void methods_agree_andTracesWithThem(String name, Model model, int[] shape) {
        INDArray x1 = batch(1, DataType.DOUBLE, N1, shape);
        INDArray x2 = batch(2, DataType.DOUBLE, N2, shape);
        INDArray jacobian = full(model, EmpiricalNtk.Method.JACOBIAN, x1, x2);
        assertClose(full(model, EmpiricalNtk.Method.STRUCTURED, x1, x2), jacobian, 1e-10);
        assertClose(
                full(model, EmpiricalNtk.Method.AUTO, x1, x1),
                full(model, EmpiricalNtk.Method.JACOBIAN, x1, x1),
                1e-10);
        INDArray trace = trace(jacobian, N1, N2);
        for (EmpiricalNtk.Method method :
                List.of(EmpiricalNtk.Method.JACOBIAN, EmpiricalNtk.Method.STRUCTURED, EmpiricalNtk.Method.AUTO)) {
            assertClose(EmpiricalNtk.builder(model).method(method).build().kernel(x1, x2), trace, 1e-10);
        }
    }

    private static INDArray trace(INDArray full, int n1, int n2) {
        int c = (int) (full.size(0) / n1);
        INDArray trace = Nd4j.zeros(DataType.DOUBLE, n1, n2);
        for (int i = 0; i < n1; i++) {
            for (int j = 0; j < n2; j++) {
                for (int k = 0; k < c; k++) {
                    trace.putScalar(i, j, trace.getDouble(i, j) + full.getDouble(i * c + k, j * c + k) / c);
                }
            }
        }
        return trace;
    }

    /** Every parameter of the user's own network moved up and down, output() looked at: no derivative of anybody's. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.dl4jinit.ntk.KernelNetworks#networks")
    void kernel_isThatOfFiniteDifferences(String name, Model model, int[] shape) {
        INDArray x = batch(1, DataType.DOUBLE, N1, shape);
        List<String> frozen = name.equals("frozen") ? List.of("0_", "1_") : List.of();
        INDArray jacobian = differences(model, x, frozen);
        INDArray expected = jacobian.transpose().mmul(jacobian);
        INDArray kernel = EmpiricalNtk.builder(model).activated(true).build().fullKernel(x, x);
        assertClose(kernel, expected, name.equals("relu") ? 1e-5 : 1e-6);
    }

    /** The kernels of a float network are those of the same network in double, to single precision. */
    @Test
    void floatNetworks_haveFloatKernels() {
        MultiLayerNetwork network = network(DataType.FLOAT, InputType.feedForward(4), dense(20), dense(20), output());
        INDArray x = batch(1, DataType.FLOAT, 5, 4);
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        assertThat(kernel.dataType()).isEqualTo(DataType.FLOAT);
        INDArray doubles = EmpiricalNtk.of(network.convertDataType(DataType.DOUBLE))
                .kernel(x.castTo(DataType.DOUBLE), x.castTo(DataType.DOUBLE));
        assertClose(kernel.castTo(DataType.DOUBLE), doubles, 1e-5);
        assertThat(KernelSpectrum.of(EmpiricalNtk.of(network).fullKernel(x, x)).smallest())
                .isGreaterThan(-1e-6 * KernelSpectrum.of(kernel).largest());
    }

    /** More weights than are formed at once, and more images than one backward pass takes. */
    @Test
    void largeConvolutions_agreeWithTheirJacobian() {
        MultiLayerNetwork network = network(
                DataType.DOUBLE,
                InputType.convolutional(6, 6, 2),
                conv(20),
                new ConvolutionLayer.Builder(5, 5).nOut(150).build(),
                output());
        INDArray x = batch(1, DataType.DOUBLE, 20, 2, 6, 6);
        assertClose(
                full(network, EmpiricalNtk.Method.STRUCTURED, x, x),
                full(network, EmpiricalNtk.Method.JACOBIAN, x, x),
                1e-10);
    }

    @Test
    void severalInputsAndOutputs_areOneFunction() {
        ComputationGraph graph = disturbed(Networks.twoInputs(DataType.DOUBLE));
        INDArray[] x = {batch(1, DataType.DOUBLE, 3, 5), batch(2, DataType.DOUBLE, 3, 4)};
        INDArray kernel = EmpiricalNtk.of(graph).fullKernel(x, x);
        assertThat(kernel.shape()).containsExactly(18, 18);
        assertClose(
                kernel,
                EmpiricalNtk.builder(graph)
                        .method(EmpiricalNtk.Method.JACOBIAN)
                        .build()
                        .fullKernel(x, x),
                1e-10);
    }

    /** One set of weights for two signals: the sum over layers would forget the products between them. */
    @Test
    void sharedWeights_areSeenByAutoAndRefusedByStructured() {
        ComputationGraph graph = disturbed(Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", new DenseLayer.Builder().nIn(4).nOut(4).build(), "in")
                .addVertex("stack", new StackVertex(), "in", "one")
                .addLayer("shared", new DenseLayer.Builder().nIn(4).nOut(5).build(), "stack")
                .addVertex("first", new UnstackVertex(0, 2), "shared")
                .addVertex("second", new UnstackVertex(1, 2), "shared")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
                .addLayer("out", Networks.softmax(5), "sum")
                .setOutputs("out")
                .build()));
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        INDArray jacobian = differences(graph, x, List.of());
        INDArray kernel = EmpiricalNtk.builder(graph).activated(true).build().fullKernel(x, x);
        assertClose(kernel, jacobian.transpose().mmul(jacobian), 1e-6);
        assertThatThrownBy(() -> full(graph, EmpiricalNtk.Method.STRUCTURED, x, x))
                .hasMessageContaining("'stack' (StackVertex)")
                .hasMessageContaining("same weights");
    }

    @Test
    void nngp_isTheGramMatrixOfTheLastFeatures() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6, 5);
        INDArray x1 = batch(1, DataType.DOUBLE, 3, 4);
        INDArray x2 = batch(2, DataType.DOUBLE, 2, 4);
        INDArray left = network.feedForward(x1, false).get(2).dup();
        INDArray right = network.feedForward(x2, false).get(2).dup();
        assertClose(
                EmpiricalNtk.of(network).nngp(x1, x2),
                left.mmul(right.transpose()).div(5),
                1e-12);
    }
}
