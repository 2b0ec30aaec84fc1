package io.github.dl4jinit.network;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Copies of configurations whose loss is a function of the parameters alone: in double precision, without dropout and
 * weight noise, as a mean over examples, through whole series.
 */
final class Differentiable {

    private Differentiable() {}

    static MultiLayerConfiguration copyOf(MultiLayerConfiguration configuration) {
        MultiLayerConfiguration copy = deepCopy(configuration);
        copy.setDataType(DataType.DOUBLE);
        copy.setBackpropType(BackpropType.Standard);
        copy.getConfs().forEach(Differentiable::calm);
        return copy;
    }

    static ComputationGraphConfiguration copyOf(ComputationGraphConfiguration configuration) {
        ComputationGraphConfiguration copy = deepCopy(configuration);
        copy.setDataType(DataType.DOUBLE);
        copy.setBackpropType(BackpropType.Standard);
        calm(copy.getDefaultConfiguration());
        for (GraphVertex vertex : copy.getVertices().values()) {
            if (vertex instanceof LayerVertex layer) {
                calm(layer.getLayerConf());
            }
        }
        return copy;
    }

    private static void calm(NeuralNetConfiguration configuration) {
        configuration.setMiniBatch(true);
        if (configuration.getLayer() != null) {
            calm(configuration.getLayer());
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
