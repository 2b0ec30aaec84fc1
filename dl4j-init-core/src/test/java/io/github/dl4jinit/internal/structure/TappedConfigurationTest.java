package io.github.dl4jinit.internal.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The tap of a wrapped layer was put into the user's own configuration. */
class TappedConfigurationTest {

    @Test
    void wrappers_theUsersConfigurationIsNeverTapped() {
        MultiLayerConfiguration configuration = Networks.base(DataType.DOUBLE)
                .list()
                .layer(new TimeDistributed(new DenseLayer.Builder().nOut(5).build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4, 9))
                .build();
        MultiLayerNetwork network = Networks.init(configuration);
        DenseLayer inner =
                (DenseLayer) ((TimeDistributed) configuration.getConf(0).getLayer()).getUnderlying();
        List<IActivation> seen = new ArrayList<>();
        NetworkCopy.of(network)
                .sweep(
                        new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 4, 9), null).toMultiDataSet(),
                        (layer, response) -> seen.add(inner.getActivationFn()));
        assertThat(seen).hasSize(2).allMatch(ActivationTanH.class::isInstance);
    }
}
