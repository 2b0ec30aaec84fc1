package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.probe.HessianSpectrum;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks whose outputs are vectors, and networks without parameters: exceptions of ND4J came out. */
class UnusualOutputsTest {

    /** "cannot get size of dimension 1 for rank 1". */
    @Test
    void oneClassOutput_ofRankOne_isMeasured() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).build())
                .layer(new OCNNOutputLayer.Builder()
                        .nIn(6)
                        .hiddenLayerSize(4)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
        INDArray features = Networks.normal(1, DataType.DOUBLE, 8, 5);
        MultiDataSet batch = new MultiDataSet(features, Nd4j.ones(DataType.DOUBLE, 8, 1));
        INDArray output = network.output(features.dup());
        assertThat(output.rank()).isEqualTo(1);
        List<ProbeReport.Layer> lines = Probe.defaults().measure(network, batch).layers();
        assertThat(lines.get(1).outputs().moments().mean())
                .isCloseTo(output.meanNumber().doubleValue(), Offset.offset(1e-12));
        assertThat(InitDoctor.examine(network, batch).toText()).isNotEmpty();
    }

    static Stream<Model> withoutParameters() {
        LossLayer loss = new LossLayer.Builder(LossFunction.MSE)
                .activation(Activation.TANH)
                .build();
        ComputationGraph graph = new ComputationGraph(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", loss, "in")
                .setOutputs("out")
                .build());
        graph.init();
        return Stream.of(
                Networks.init(Networks.base(DataType.DOUBLE).list().layer(loss).build()), graph);
    }

    @ParameterizedTest
    @MethodSource("withoutParameters")
    void networkWithoutParameters_isMeasuredOrRefused(Model network) {
        INDArray features = Networks.normal(1, DataType.DOUBLE, 4, 3);
        MultiDataSet batch = new MultiDataSet(features, features.mul(0.5));
        assertThatThrownBy(() -> HessianSpectrum.defaults().measure(network, batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameters");
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(features, features))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameters");
        assertThatThrownBy(() -> NetworkFunction.copyOf(network, true, DataType.DOUBLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameters");
        assertThat(Probe.defaults().measure(network, batch).layers()).hasSize(1);
        assertThat(JacobianSpectrum.defaults().measure(network, batch).network().note())
                .isEmpty();
        assertThat(InitDoctor.examine(network, batch).toText()).isNotEmpty();
    }
}
