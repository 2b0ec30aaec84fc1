package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.contract.Untouched;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network may have no parameters, as one of an activation and a loss. Copies of such graphs and derivatives of all such networks failed with
 * "Invalid parameters array: should be rank 2" and "Cannot perform operation on empty array".
 */
class NoParametersTest {

    private static final DataSet BATCH =
            new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 3), Networks.oneHot(2, DataType.DOUBLE, 6));

    static Stream<NetworkInitializer> initializers() {
        return EveryInitializer.all().stream();
    }

    private static MultiLayerNetwork chain() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ActivationLayer(Activation.TANH))
                .layer(new LossLayer.Builder(LossFunction.MSE).build())
                .build());
    }

    private static ComputationGraph graph() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "in")
                .addLayer("loss", new LossLayer.Builder(LossFunction.MSE).build(), "tanh")
                .setOutputs("loss")
                .build());
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void report_isEmpty(NetworkInitializer initializer) {
        MultiDataSet batch = new MultiDataSet(BATCH.getFeatures(), BATCH.getLabels());
        for (Model model : new Model[] {chain(), graph()}) {
            Untouched before = Untouched.of(model, batch);
            InitReport report = initializer.initialize(model, batch);
            assertThat(report.layers()).isEmpty();
            assertThat(report.converged()).isTrue();
            before.check();
        }
    }

    /** Deeplearning4j's own doing, in docs/dl4j-notes.md: nothing is fitted, and no listener hears of it. */
    @Test
    void fit_callsNoListener() {
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        MultiLayerNetwork chain = chain();
        ComputationGraph graph = graph();
        chain.setListeners(listener);
        graph.setListeners(listener);
        chain.fit(BATCH);
        graph.fit(BATCH);
        assertThat(listener.reports()).isEmpty();
        assertThat(chain.getIterationCount()).isZero();
        assertThat(graph.getIterationCount()).isZero();
    }
}
