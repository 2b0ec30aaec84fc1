package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.LinearLoss;
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
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Copies of configurations whose loss is a function of the parameters alone: in a given precision, without dropout and
 * weight noise, as a mean over examples, through whole series.
 *
 * @param linear whether the losses are replaced by {@link LinearLoss}
 * @param type the precision
 */
public record Differentiable(boolean linear, DataType type) {

    /** In double precision. */
    public Differentiable(boolean linear) {
        this(linear, DataType.DOUBLE);
    }

    public MultiLayerConfiguration copyOf(MultiLayerConfiguration configuration) {
        MultiLayerConfiguration copy = deepCopy(configuration);
        copy.setDataType(type);
        copy.setBackpropType(BackpropType.Standard);
        copy.getConfs().forEach(this::calm);
        return copy;
    }

    public ComputationGraphConfiguration copyOf(ComputationGraphConfiguration configuration) {
        ComputationGraphConfiguration copy = deepCopy(configuration);
        copy.setDataType(type);
        copy.setBackpropType(BackpropType.Standard);
        calm(copy.getDefaultConfiguration());
        for (GraphVertex vertex : copy.getVertices().values()) {
            if (vertex instanceof LayerVertex layer) {
                calm(layer.getLayerConf());
            }
        }
        return copy;
    }

    private void calm(NeuralNetConfiguration configuration) {
        configuration.setMiniBatch(true);
        if (configuration.getLayer() != null) {
            calm(configuration.getLayer());
        }
    }

    private void calm(Layer layer) {
        layer.setIDropout(null);
        if (linear) {
            replaceLoss(layer);
        }
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

    private static void replaceLoss(Layer layer) {
        if (layer.getClass() == OutputLayer.class || layer.getClass() == RnnOutputLayer.class) {
            ((BaseOutputLayer) layer).setLossFn(new LinearLoss());
        } else if (layer instanceof LossLayer loss) {
            loss.setLossFn(new LinearLoss());
        } else if (layer instanceof RnnLossLayer loss) {
            loss.setLossFn(new LinearLoss());
        } else if (layer instanceof CnnLossLayer loss) {
            loss.setLossFn(new LinearLoss());
        } else if (layer instanceof BaseOutputLayer || layer instanceof Yolo2OutputLayer) {
            throw new IllegalArgumentException(
                    "the loss of a " + layer.getClass().getSimpleName()
                            + " cannot be replaced by a random gradient: it is more than a function of its answer");
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
