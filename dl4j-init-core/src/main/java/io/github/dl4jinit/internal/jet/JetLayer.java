package io.github.dl4jinit.internal.jet;

import io.github.dl4jinit.internal.structure.LayerNode;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A dense layer or an activation layer: {@code z = x W + b, dz = dx W}, then the activation function.
 *
 * @param weights live, of the network's type; null for an activation layer
 * @param bias live; null if there is none
 * @param offset of the weights in the network's parameters
 * @param biasOffset of the bias there
 * @param trains whether it is not frozen
 * @param stops whether nothing flows back through it
 */
public record JetLayer(
        SmoothMap function,
        @Nullable INDArray weights,
        @Nullable INDArray bias,
        long offset,
        long biasOffset,
        boolean trains,
        boolean stops)
        implements JetStep {

    /**
     * @throws IllegalArgumentException if the layer has no continuous derivative, or one that is not known here
     */
    public static JetLayer of(String name, Layer layer, INDArray all) {
        boolean stops = layer instanceof FrozenLayer;
        Layer inside = layer instanceof FrozenLayer frozen
                ? frozen.getInsideLayer()
                : layer instanceof FrozenLayerWithBackprop frozen ? frozen.getInsideLayer() : layer;
        org.deeplearning4j.nn.conf.layers.Layer configuration = inside.conf().getLayer();
        SmoothMap function = function(name, configuration);
        INDArray weights = inside.paramTable().get(DefaultParamInitializer.WEIGHT_KEY);
        INDArray bias = inside.paramTable().get(DefaultParamInitializer.BIAS_KEY);
        return new JetLayer(
                function,
                weights,
                bias,
                weights == null ? 0 : weights.offset() - all.offset(),
                bias == null ? 0 : bias.offset() - all.offset(),
                !LayerNode.isFrozen(layer),
                stops);
    }

    private static SmoothMap function(String name, org.deeplearning4j.nn.conf.layers.Layer configuration) {
        boolean dense = configuration.getClass() == DenseLayer.class && !((DenseLayer) configuration).hasLayerNorm();
        if (!dense && configuration.getClass() != ActivationLayer.class) {
            throw refusal(
                    name,
                    "it is a " + configuration.getClass().getSimpleName()
                            + " and only a DenseLayer without layer normalization, an ActivationLayer or an element-wise add"
                            + " is known");
        }
        boolean noisy = configuration.getIDropout() != null
                || (configuration instanceof BaseLayer base && base.getWeightNoise() != null);
        if (noisy) {
            throw refusal(name, "it has dropout or weight noise: remove it");
        }
        IActivation activation = configuration instanceof ActivationLayer plain
                ? plain.getActivationFn()
                : ((BaseLayer) configuration).getActivationFn();
        return SmoothMap.of(activation)
                .orElseThrow(
                        () -> refusal(
                                name,
                                "its activation " + activation
                                        + " has a kink or is not known: use tanh, sigmoid, softplus, softsign,"
                                        + " swish, gelu, mish, elu with alpha 1, cube, rational tanh, softmax or the identity"));
    }

    public static IllegalArgumentException refusal(String name, String reason) {
        return new IllegalArgumentException(
                "'" + name + "' cannot be differentiated by the network's inputs: " + reason);
    }

    /** How many inputs it has. */
    public long rows() {
        return Objects.requireNonNull(weights).size(0);
    }

    @Override
    public Jet forward(List<Jet> inputs) {
        return function.forward(linear(inputs.get(0)));
    }

    private Jet linear(Jet input) {
        if (weights == null) {
            return input;
        }
        INDArray w = weights.castTo(DataType.DOUBLE);
        INDArray z = input.value().mmul(w);
        if (bias != null) {
            z.addiRowVector(bias.castTo(DataType.DOUBLE));
        }
        return new Jet(z, input.derivative() == null ? null : input.derivative().mmul(w));
    }

    @Override
    public List<Jet> backward(List<Jet> inputs, Jet gradient, INDArray parameters) {
        if (stops) {
            return List.of();
        }
        Jet input = inputs.get(0);
        Jet byZ = function.backward(linear(input), gradient);
        if (weights == null) {
            return List.of(byZ);
        }
        INDArray dz = byZ.derivative();
        if (trains) {
            INDArray byWeights = input.value().transpose().mmul(byZ.value());
            if (dz != null && input.derivative() != null) {
                byWeights.addi(input.derivative().transpose().mmul(dz));
            }
            add(parameters, offset, Nd4j.toFlattened(weights.ordering(), byWeights));
            if (bias != null) {
                add(parameters, biasOffset, byZ.value().sum(0));
            }
        }
        INDArray back = weights.castTo(DataType.DOUBLE).transpose();
        return List.of(new Jet(byZ.value().mmul(back), dz == null ? null : dz.mmul(back)));
    }

    private static void add(INDArray parameters, long offset, INDArray part) {
        INDArray flat = part.reshape(part.length());
        parameters.get(NDArrayIndex.interval(offset, offset + flat.length())).addi(flat);
    }
}
