package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.Dirac;
import io.github.dl4jinit.scheme.Orthogonal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Recurrent weights of every kind of layer: orthogonal and identity gate by gate, and forget gates that stay open. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
class RecurrentWeightsTest {

    private static final int UNITS = 6;
    private static final double FORGET = 1.75;

    /** The recurrent arrays of a layer. */
    private static final List<String> RECURRENT = List.of("RW", "RWF", "RWB", "fRW", "bRW");

    /** The biases of a layer. */
    private static final List<String> BIASES = List.of("b", "bF", "bB", "fb", "bb");

    static Stream<Map.Entry<String, Layer>> layers() {
        return recurrent(new Orthogonal(1)).entrySet().stream();
    }

    static Stream<Map.Entry<String, Layer>> identities() {
        return recurrent(new Dirac(1)).entrySet().stream();
    }

    private static Map<String, Layer> recurrent(IWeightInit scheme) {
        SimpleRnn simple =
                new SimpleRnn.Builder().nOut(UNITS).weightInitRecurrent(scheme).build();
        LSTM lstm = new LSTM.Builder()
                .nOut(UNITS)
                .forgetGateBiasInit(FORGET)
                .weightInitRecurrent(scheme)
                .build();
        return Map.of(
                "SimpleRnn",
                simple,
                "LSTM",
                lstm,
                "GravesLSTM",
                new GravesLSTM.Builder()
                        .nOut(UNITS)
                        .forgetGateBiasInit(FORGET)
                        .weightInitRecurrent(scheme)
                        .build(),
                "GravesBidirectionalLSTM",
                new GravesBidirectionalLSTM.Builder()
                        .nOut(UNITS)
                        .forgetGateBiasInit(FORGET)
                        .weightInit(scheme)
                        .build(),
                "Bidirectional (LSTM)",
                new Bidirectional(lstm.clone()),
                "Bidirectional (SimpleRnn)",
                new Bidirectional(simple.clone()));
    }

    private static MultiLayerNetwork network(Layer layer) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(layer.clone())
                .setInputType(InputType.recurrent(4))
                .validateOutputLayerConfig(false)
                .build());
    }

    /** One square matrix for each gate and direction; peepholes, the columns after the fourth gate, are left out. */
    private static List<INDArray> gates(MultiLayerNetwork network) {
        List<INDArray> gates = new ArrayList<>();
        network.getLayer(0).paramTable().forEach((name, weights) -> {
            for (int first = 0; RECURRENT.contains(name) && first + UNITS <= weights.columns(); first += UNITS) {
                gates.add(weights.get(NDArrayIndex.all(), NDArrayIndex.interval(first, first + UNITS)));
            }
        });
        assertThat(gates).isNotEmpty();
        return gates;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void orthogonal_isOrthogonalGateByGate(Map.Entry<String, Layer> layer) {
        for (INDArray gate : gates(network(layer.getValue()))) {
            INDArray gram = gate.transpose().mmul(gate);
            assertThat(gram.sub(Nd4j.eye(UNITS).castTo(DataType.DOUBLE))
                            .amaxNumber()
                            .doubleValue())
                    .isLessThan(1e-12);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("identities")
    void dirac_isTheIdentityGateByGate(Map.Entry<String, Layer> layer) {
        for (INDArray gate : gates(network(layer.getValue()))) {
            assertThat(gate).isEqualTo(Nd4j.eye(UNITS).castTo(DataType.DOUBLE));
        }
    }

    /** DL4J 1.0.0-M2.1 itself; if that is mended, the notes are to say so. */
    @Test
    void schemeForRecurrentWeights_isIgnoredByGravesBidirectionalLstm() {
        MultiLayerNetwork network = network(new GravesBidirectionalLSTM.Builder()
                .nOut(UNITS)
                .weightInitRecurrent(new Dirac(1))
                .build());
        assertThat(gates(network)).noneMatch(Nd4j.eye(UNITS).castTo(DataType.DOUBLE)::equals);
    }

    /** The response of LSUV has no bias in it, and an LSTM is born with forget gates that are open: nothing may close them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void initializers_leaveForgetGatesOpenAndRecurrentWeightsOrthogonal(Map.Entry<String, Layer> layer) {
        DataSet batch = new DataSet(Networks.normal(1, DataType.DOUBLE, 30, 4, 5), null);
        for (NetworkInitializer initializer :
                List.of(Lsuv.defaults(), WithinLayer.builder().balance(false).build())) {
            MultiLayerNetwork network = network(layer.getValue());
            initializer.initialize(network, batch);
            network.getLayer(0).paramTable().forEach((name, bias) -> {
                if (BIASES.contains(name) && bias.length() == 4 * UNITS) {
                    // The gates lie in the order input, forget, output, block input.
                    for (int i = 0; i < bias.length(); i++) {
                        assertThat(bias.getDouble(i)).isEqualTo(i / UNITS == 1 ? FORGET : 0);
                    }
                }
            });
            for (INDArray gate : gates(network)) {
                INDArray gram = gate.transpose().mmul(gate);
                assertThat(gram.sub(Nd4j.eye(UNITS).castTo(DataType.DOUBLE))
                                .amaxNumber()
                                .doubleValue())
                        .isLessThan(1e-12);
            }
        }
    }
}
