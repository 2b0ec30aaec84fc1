package io.github.dl4jinit.internal.structure;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies of configurations whose loss is a function of the parameters alone: in a given precision, without dropout and
 * weight noise, as a mean over examples, through whole series. Where the parameters lie does not change.
 *
 * @param type the precision
 * @param unfrozen whether frozen layers become ordinary ones, so that gradients pass through them and reach their parameters
 */
public record DifferentiableConfiguration(DataType type, boolean unfrozen) {

    MultiLayerConfiguration copyOf(MultiLayerConfiguration configuration) {
        MultiLayerConfiguration copy = deepCopy(configuration);
        copy.setDataType(type);
        copy.setBackpropType(BackpropType.Standard);
        copy.getConfs().forEach(this::calm);
        return copy;
    }

    ComputationGraphConfiguration copyOf(ComputationGraphConfiguration configuration) {
        ComputationGraphConfiguration copy = deepCopy(configuration);
        copy.setDataType(type);
        copy.setBackpropType(BackpropType.Standard);
        calm(copy.getDefaultConfiguration());
        copy.getVertices().replaceAll((name, vertex) -> calm(vertex));
        return copy;
    }

    /** Always a copy, which castTo alone is not. */
    @Nullable
    INDArray parameters(@Nullable INDArray original) {
        if (original == null || original.isEmpty()) {
            return null;
        }
        return original.dataType() == type ? original.dup() : original.castTo(type);
    }

    private GraphVertex calm(GraphVertex vertex) {
        if (vertex instanceof FrozenVertex frozen && unfrozen) {
            return calm(frozen.getUnderlying());
        }
        if (vertex instanceof LayerVertex layer) {
            calm(layer.getLayerConf());
        }
        return vertex;
    }

    private void calm(NeuralNetConfiguration configuration) {
        configuration.setMiniBatch(true);
        // A convolution that keeps its pre-activation for the way back overwrites it there: only the first way back
        // would be right.
        configuration.setCacheMode(CacheMode.NONE);
        Layer layer = configuration.getLayer();
        if (layer == null) {
            return;
        }
        calm(layer);
        if (unfrozen && layer instanceof FrozenLayer frozen) {
            configuration.setLayer(frozen.getLayer());
        } else if (unfrozen && layer instanceof FrozenLayerWithBackprop frozen) {
            configuration.setLayer(frozen.getUnderlying());
        }
    }

    private static void calm(Layer layer) {
        layer.setIDropout(null);
        if (layer instanceof BaseLayer base) {
            base.setWeightNoise(null);
        } else if (layer instanceof BaseWrapperLayer wrapper) {
            calm(wrapper.getUnderlying());
        } else if (layer instanceof FrozenLayer frozen) {
            calm(frozen.getLayer());
        } else if (layer instanceof Bidirectional both) {
            calm(both.getFwd());
            calm(both.getBwd());
        }
    }

    /** DL4J's clone() shares what lies inside wrappers with the user's network; its JSON refuses a user's unnamed classes. */
    @SuppressWarnings("unchecked") // A copy has the class of its original.
    private static <T extends Serializable> T deepCopy(T configuration) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(configuration);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (T) in.readObject();
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "the network's configuration cannot be copied by Java serialization (" + e
                            + "): make the class that it names Serializable",
                    e);
        }
    }
}
