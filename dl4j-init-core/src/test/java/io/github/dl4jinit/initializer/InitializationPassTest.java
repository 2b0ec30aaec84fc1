package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.Response;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Whatever throws, and wherever: the user's network and random generator are what they were. */
class InitializationPassTest {

    private static final MultiDataSet BATCH =
            new MultiDataSet(new INDArray[] {Networks.normal(1, DataType.FLOAT, 3, 5)}, null);

    private static final class Bang extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Throws at its n-th call, having changed every weight it met. */
    private static final class Fuse implements LayerVisitor {
        private int callsLeft;

        Fuse(int calls) {
            this.callsLeft = calls;
        }

        private void burn() {
            if (callsLeft-- == 0) {
                throw new Bang();
            }
        }

        @Override
        public void enter(LayerView layer) {
            layer.weights()
                    .forEach(weight -> weight.weights().assign(Nd4j.rand(1).getDouble(0)));
            burn();
        }

        @Override
        public void respond(LayerView layer, Response response) {
            response.scale(3);
            burn();
        }
    }

    private static void assertUntouched(Model model, Runnable failing) {
        INDArray before = model.params().dup();
        Nd4j.getRandom().setSeed(31);
        RandomState generator = RandomState.current();
        assertThatThrownBy(failing::run).isInstanceOf(Bang.class);
        assertThat(model.params()).isEqualTo(before);
        assertThat(RandomState.current()).isEqualTo(generator);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void failure_inAnyCallback(int call) {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9);
        assertUntouched(
                network,
                () -> InitializationPass.run("test", network, view -> {
                    view.sweep(BATCH, new Fuse(call));
                    return List.of();
                }));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failure_beforeOrAfterTheSweep(boolean before) {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9);
        assertUntouched(
                network,
                () -> InitializationPass.run("test", network, view -> {
                    if (!before) {
                        view.sweep(BATCH, new Fuse(99));
                    }
                    throw new Bang();
                }));
    }

    /** A layer's own code fails in the middle of the sweep. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void failure_inTheNetworkItself(int layer) {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9);
        ((org.deeplearning4j.nn.conf.layers.BaseLayer)
                        network.getLayerWiseConfigurations().getConf(layer).getLayer())
                .setActivationFn(new Exploding());
        assertUntouched(network, () -> Lsuv.defaults().initialize(network, BATCH));
    }

    /** Its response is all that is looked at. */
    @Test
    void lastLayersActivation_isNotAskedFor() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9);
        MultiLayerNetwork exploding = network.clone();
        ((org.deeplearning4j.nn.conf.layers.BaseLayer)
                        exploding.getLayerWiseConfigurations().getConf(2).getLayer())
                .setActivationFn(new Exploding());

        assertThat(Lsuv.defaults().initialize(exploding, BATCH).converged()).isTrue();
        Lsuv.defaults().initialize(network, BATCH);
        assertThat(exploding.params()).isEqualTo(network.params());
    }

    /** Public, since the configuration is cloned by serialization. */
    public static final class Exploding extends ActivationTanH {
        private static final long serialVersionUID = 1L;

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            throw new Bang();
        }
    }
}
