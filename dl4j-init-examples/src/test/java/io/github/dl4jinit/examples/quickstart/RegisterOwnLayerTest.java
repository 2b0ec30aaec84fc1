package io.github.dl4jinit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class RegisterOwnLayerTest {

    @Test
    void ownLayer_isSkippedUntilItIsRegistered() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RegisterOwnLayer.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("1 converged, 0 stalled, 2 skipped")
                .contains("LayerCatalog.register(...)")
                .contains("3 converged, 0 stalled, 0 skipped");
    }

    @Test
    void ownLayer_trainsWithTheRightGradient() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .activation(Activation.TANH)
                .list()
                .layer(new ScaledDense(4))
                .layer(new ScaledDense(3))
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .build())
                .setInputType(InputType.feedForward(5))
                .build());
        network.init();
        var input = Nd4j.randn(DataType.DOUBLE, 6, 5);
        var labels = Nd4j.randn(DataType.DOUBLE, 6, 2);
        // DL4J's check asks ND4J's default type, not the network's.
        DataType found = DataTypeUtil.getDtypeFromContext();
        DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
        try {
            assertThat(GradientCheckUtil.checkGradients(new GradientCheckUtil.MLNConfig()
                            .net(network)
                            .input(input)
                            .labels(labels)))
                    .isTrue();
        } finally {
            DataTypeUtil.setDTypeForContext(found);
        }
        network.fit(input, labels);
    }
}
