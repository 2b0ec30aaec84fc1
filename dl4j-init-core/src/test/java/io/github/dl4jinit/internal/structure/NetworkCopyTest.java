package io.github.dl4jinit.internal.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.Response;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class NetworkCopyTest {

    private static MultiDataSet batch(INDArray... features) {
        return new MultiDataSet(features, null);
    }

    @Test
    void copyOf_readsOnly_untilCommit() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8);
        INDArray before = network.params().dup();
        NetworkCopy view = NetworkCopy.of(network);
        view.layers().forEach(layer -> layer.weights()
                .forEach(weight -> weight.weights().assign(7)));
        assertThat(network.params()).isEqualTo(before);
        view.commit();
        assertThat(network.getParam("0_W").minNumber().doubleValue()).isEqualTo(7);
        assertThat(network.output(Nd4j.ones(1, 5)).sumNumber().doubleValue()).isEqualTo(1);
    }

    @Test
    void copyOf_leavesListenersAlone() {
        ComputationGraph graph = Networks.residual(DataType.FLOAT);
        ScoreIterationListener listener = new ScoreIterationListener(1);
        graph.setListeners(listener);
        NetworkCopy.of(graph).sweep(batch(Nd4j.ones(2, 5)), (layer, response) -> {});
        assertThat(graph.getListeners()).containsExactly(listener);
    }

    @Test
    void copyOf_otherModels_areRefused() {
        Model layer = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8).getLayer(0);
        assertThatThrownBy(() -> NetworkCopy.of(layer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a MultiLayerNetwork or a ComputationGraph")
                .hasMessageContaining("DenseLayer");
    }

    @Test
    void sweep_visitsEachLayerOnce_inOrderOfExecution() {
        List<String> calls = new ArrayList<>();
        NetworkCopy.of(Networks.residual(DataType.FLOAT)).sweep(batch(Nd4j.ones(2, 5)), new LayerVisitor() {
            @Override
            public void enter(LayerView layer) {
                calls.add("enter " + layer.name());
            }

            @Override
            public void respond(LayerView layer, Response response) {
                calls.add(layer.name() + " " + response.map().parameter());
            }
        });
        assertThat(calls).containsExactly("enter a", "a W", "enter b", "b W", "enter c", "c W", "enter out", "out W");
    }

    /** At most two layers' activations are held: when a layer responds, those before its input have been freed. */
    @Test
    void sweep_ofAChain_holdsTwoLayersActivations() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9, 10, 11, 12, 13);
        List<INDArray> responses = new ArrayList<>();
        INDArray features = Nd4j.ones(2, 5);
        NetworkCopy.of(network).sweep(batch(features), (layer, response) -> {
            responses.add(response.values());
            long held = responses.stream().filter(NetworkCopyTest::isHeld).count();
            assertThat(held).as(layer.where()).isBetween(1L, 2L);
        });
        assertThat(responses).hasSize(7).noneMatch(NetworkCopyTest::isHeld);
        assertThat(Nd4j.getWorkspaceManager().getAllWorkspacesIdsForCurrentThread())
                .noneMatch(id -> id.contains("sweep"));
        assertThat(features.wasClosed()).isFalse();
    }

    /** An array in a workspace lives until its memory has been given to the next cycle. */
    private static boolean isHeld(INDArray array) {
        if (!array.isAttached()) {
            return !array.wasClosed();
        }
        MemoryWorkspace workspace = array.data().getParentWorkspace();
        return workspace.isScopeActive()
                && workspace.getGenerationId() == array.data().getGenerationId();
    }

    @Test
    void sweep_insideAWorkspace_leavesItOpen() {
        NetworkCopy view = NetworkCopy.of(Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9));
        List<INDArray> kept = new ArrayList<>();
        try (MemoryWorkspace outer = Nd4j.getWorkspaceManager().getAndActivateWorkspace("outer")) {
            INDArray features = Nd4j.ones(2, 5);
            view.sweep(
                    batch(features),
                    (layer, response) -> kept.add(response.values().dup()));
            assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isSameAs(outer);
            assertThat(features.sumNumber().doubleValue()).isEqualTo(10);
        }
        assertThat(kept).noneMatch(INDArray::isAttached);
    }

    @Test
    void sweep_thatThrows_closesItsMemory() {
        NetworkCopy view = NetworkCopy.of(Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 9));
        assertThatThrownBy(() -> view.sweep(batch(Nd4j.ones(2, 5)), (layer, response) -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
        view.sweep(batch(Nd4j.ones(2, 5)), (layer, response) -> response.moments());
    }

    @Test
    void sweep_ofAGraph_holdsWhatIsStillNeeded() {
        List<INDArray> responses = new ArrayList<>();
        NetworkCopy.of(Networks.residual(DataType.FLOAT))
                .sweep(batch(Nd4j.ones(2, 5)), (layer, response) -> responses.add(response.values()));
        // a feeds b and the add; the add's operands are free once it is computed.
        assertThat(responses.subList(0, 3)).allMatch(INDArray::wasClosed);
    }

    /** Pooling hands on a new array, flattening a view of it: neither may be freed too early. */
    @Test
    void sweep_throughConvolutionPoolingAndFlattening_leavesTheFeaturesAlone() {
        INDArray features = Networks.normal(1, DataType.FLOAT, 4, 2, 6, 6);
        INDArray before = features.dup();
        NetworkCopy view = NetworkCopy.of(Networks.convolutional(DataType.FLOAT));
        for (int i = 0; i < 3; i++) {
            view.sweep(batch(features), (layer, response) -> response.moments());
        }
        assertThat(features).isEqualTo(before);
    }

    @Test
    void scale_isWhatAnotherForwardPassWouldGive() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        network.getParam("0_b").assign(Networks.normal(1, DataType.DOUBLE, 8));
        INDArray features = Networks.normal(2, DataType.DOUBLE, 20, 5);
        NetworkCopy view = NetworkCopy.of(network);
        List<INDArray> scaled = new ArrayList<>();
        view.sweep(batch(features), (layer, response) -> {
            response.scale(1.7);
            scaled.add(response.values().dup());
        });
        view.commit();
        INDArray again = features.mmul(network.getParam("0_W")).addiRowVector(network.getParam("0_b"));
        assertThat(again.sub(scaled.get(0)).amaxNumber().doubleValue()).isLessThan(1e-13);
    }
}
