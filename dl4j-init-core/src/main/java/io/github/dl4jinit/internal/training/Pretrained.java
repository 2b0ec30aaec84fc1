package io.github.dl4jinit.internal.training;

import io.github.dl4jinit.internal.structure.Dl4jNetwork;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.internal.structure.Step;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers that {@code pretrain} has trained, one at a time: only the layers count these updates, the network does not. */
final class Pretrained {

    private Pretrained() {}

    /** The names of such layers. */
    static Set<String> in(Model model) {
        return layers(model)
                .filter(step -> isTrained(step.layer()))
                .map(Step.OfLayer::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<Step.OfLayer> layers(Model model) {
        return Dl4jNetwork.of(model).steps().stream()
                .filter(Step.OfLayer.class::isInstance)
                .map(Step.OfLayer.class::cast);
    }

    private static boolean isTrained(Layer layer) {
        return layer.conf().getIterationCount() > 0;
    }

    /**
     * Changes all other layers of a network: in a duplicate whose pretrained layers are frozen, so that initializers leave them alone.
     *
     * @param model the user's network
     * @param change changes the parameters of the model that it gets
     */
    static void keeping(Model model, Consumer<Model> change) {
        Model duplicate = NetworkCopy.duplicate(model);
        freeze(duplicate, model);
        change.accept(duplicate);
        List<Step.OfLayer> own = layers(model).toList();
        List<Step.OfLayer> changed = layers(duplicate).toList();
        for (int i = 0; i < own.size(); i++) {
            INDArray parameters = own.get(i).layer().params();
            if (parameters != null
                    && !parameters.isEmpty()
                    && !isTrained(own.get(i).layer())) {
                parameters.assign(changed.get(i).layer().params());
            }
        }
    }

    private static void freeze(Model duplicate, Model model) {
        Set<String> names = in(model);
        if (duplicate instanceof ComputationGraph graph) {
            names.forEach(name -> graph.getVertex(name).setLayerAsFrozen());
        } else if (duplicate instanceof MultiLayerNetwork network) {
            Layer[] layers = network.getLayers().clone();
            List<Step.OfLayer> steps = layers(model).toList();
            for (int i = 0; i < layers.length; i++) {
                if (names.contains(steps.get(i).name())) {
                    layers[i] = new FrozenLayer(layers[i]);
                }
            }
            network.setLayers(layers);
        }
    }
}
