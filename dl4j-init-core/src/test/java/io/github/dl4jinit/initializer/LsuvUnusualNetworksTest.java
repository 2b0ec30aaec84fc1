package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Half precision, no parameters at all, and a mask that leaves nothing each ended in an exception without a reason. */
class LsuvUnusualNetworksTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    @Test
    void halfPrecision_isInitialized() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT16, Activation.TANH, 5, 8);
        INDArray features = Networks.normal(1, DataType.FLOAT16, 64, 5).muli(5);
        InitReport report = Lsuv.builder().tolerance(0.05).build().initialize(network, new DataSet(features, null));
        assertThat(report.layers()).allMatch(line -> line.outcome() == Outcome.CONVERGED);
    }

    @Test
    void networkWithoutParameters_hasAnEmptyReport() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ActivationLayer(Activation.TANH))
                .setInputType(InputType.feedForward(5))
                .build());
        assertThat(Lsuv.defaults().initialize(network, BATCHES.get(0)).layers()).isEmpty();
    }

    @Test
    void fullyMaskedBatch_isNamed() {
        MultiLayerNetwork network = Networks.denseThenRecurrent(DataType.DOUBLE);
        INDArray nothing = Nd4j.zeros(DataType.DOUBLE, 6, 9);
        DataSet batch = new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 4, 9), null, nothing, nothing);
        assertThatThrownBy(() -> Lsuv.defaults().initialize(network, batch))
                .hasMessageContaining("the mask of this batch leaves no entry");
    }
}
