package io.github.dl4jinit.internal.structure;

import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Where the configuration of an output layer keeps its loss function.
 *
 * @param loss the layer's own loss
 * @param put replaces it
 */
public record LossSlot(ILossFunction loss, Consumer<ILossFunction> put) {

    /** The slot, or null if the layer has none, or has more of a loss than is in it. */
    public static @Nullable LossSlot of(Layer configuration) {
        if (configuration instanceof CenterLossOutputLayer) {
            return null; // Its backward pass adds the pull of the centres.
        }
        if (configuration instanceof BaseOutputLayer layer) {
            return new LossSlot(layer.getLossFn(), layer::setLossFn);
        }
        if (configuration instanceof LossLayer layer) {
            return new LossSlot(layer.getLossFn(), layer::setLossFn);
        }
        if (configuration instanceof RnnLossLayer layer) {
            return new LossSlot(layer.getLossFn(), layer::setLossFn);
        }
        if (configuration instanceof CnnLossLayer layer) {
            return new LossSlot(layer.getLossFn(), layer::setLossFn);
        }
        if (configuration instanceof Cnn3DLossLayer layer) {
            return new LossSlot(layer.getLossFn(), layer::setLossFn);
        }
        return null;
    }
}
