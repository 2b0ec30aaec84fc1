package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Vertices that are no layers may have parameters: attention, and users' own. No report had a line for them, so that nobody heard that they stay as
 * they are.
 */
class VertexWithParametersTest {

    static Stream<NetworkInitializer> initializers() {
        return EveryInitializer.all().stream();
    }

    private static ComputationGraph attention() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(4))
                .addLayer("lstm", new LSTM.Builder().nOut(6).build(), "in")
                .addVertex(
                        "attention",
                        new AttentionVertex.Builder()
                                .nInKeys(6)
                                .nInQueries(6)
                                .nInValues(6)
                                .nOut(6)
                                .nHeads(2)
                                .headSize(3)
                                .projectInput(true)
                                .weightInit(WeightInit.XAVIER)
                                .build(),
                        "lstm",
                        "lstm",
                        "lstm")
                .addLayer("pool", new GlobalPoolingLayer(), "attention")
                .addLayer("out", Networks.softmax(6), "pool")
                .setOutputs("out")
                .build());
    }

    /** y = x w. */
    public static final class Product extends SameDiffVertex {
        private static final long serialVersionUID = 1L;

        @Override
        public SDVariable defineVertex(
                SameDiff sd,
                Map<String, SDVariable> inputs,
                Map<String, SDVariable> parameters,
                Map<String, SDVariable> masks) {
            return Objects.requireNonNull(inputs.get("x")).mmul(parameters.get("w"));
        }

        @Override
        public void defineParametersAndInputs(SDVertexParams params) {
            params.defineInputs("x");
            params.addWeightParam("w", 5, 4);
        }

        @Override
        public void initializeParameters(Map<String, INDArray> params) {
            Objects.requireNonNull(params.get("w")).assign(0.5);
        }

        @Override
        public org.deeplearning4j.nn.conf.graph.GraphVertex clone() {
            return new Product();
        }

        @Override
        public InputType getOutputType(int index, InputType... inputs) {
            return InputType.feedForward(4);
        }
    }

    private static ComputationGraph own(org.deeplearning4j.nn.conf.graph.GraphVertex vertex) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("a", new DenseLayer.Builder().nOut(5).build(), "in")
                .addVertex("own", vertex, "a")
                .addLayer("out", Networks.softmax(4), "own")
                .setOutputs("out")
                .build());
    }

    private static void assertListed(InitReport report, int position, String name, String kind, String reason) {
        assertThat(report.layers())
                .filteredOn(line -> line.layer().equals(name))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.outcome()).isEqualTo(Outcome.SKIPPED);
                    assertThat(line.kind()).isEqualTo(kind);
                    assertThat(line.position()).isEqualTo(position);
                    assertThat(line.note()).contains(reason);
                });
        assertThat(report.layers()).extracting(LayerReport::position).isSorted();
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void attentionVertex_hasItsLine(NetworkInitializer initializer) {
        MultiDataSet batch =
                new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 9, 4, 5), Networks.oneHot(2, DataType.DOUBLE, 9));
        ComputationGraph network = attention();
        INDArray before = network.getVertex("attention").params().dup();
        InitReport report = initializer.initialize(network, batch);
        assertListed(report, 1, "attention", "AttentionVertex", "");
        assertThat(report.layers()).extracting(LayerReport::layer).contains("lstm", "out");
        assertThat(report.layers())
                .filteredOn(line -> line.outcome() != Outcome.CONVERGED)
                .allSatisfy(line -> assertThat(line.note()).isNotBlank());
        assertThat(network.getVertex("attention").params()).isEqualTo(before);
    }

    @Test
    void ownVertex_hasItsLine_frozenOrNot() {
        MultiDataSet batch =
                new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 9, 3), Networks.oneHot(2, DataType.DOUBLE, 9));
        assertListed(
                Lsuv.defaults().initialize(own(new Product()), batch), 1, "own", "Product", "a vertex with parameters");
        assertListed(
                Lsuv.defaults().initialize(own(new FrozenVertex(new Product())), batch), 1, "own", "Product", "frozen");
    }
}
