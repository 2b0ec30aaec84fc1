package io.github.dl4jinit.trainer.pde;

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
 * @param function the activation
 * @param weights null for an activation layer
 * @param bias null if there is none
 * @param frozen what of the gradient it holds back
 */
record JetLayer(
        SmoothMap function,
        @Nullable Parameter weights,
        @Nullable Parameter bias,
        Frozen frozen) implements JetStep {

    /** Whether the layer's own parameters get no gradient, or the layers before it neither. */
    enum Frozen {
        NOT,
        ITSELF,
        AND_ALL_BEFORE
    }

    /**
     * Some of the network's parameters.
     *
     * @param live of the network's type
     * @param offset in the network's parameters
     */
    record Parameter(INDArray live, long offset) {

        static @Nullable Parameter of(Layer layer, String key, INDArray all) {
            INDArray live = layer.paramTable().get(key);
            return live == null ? null : new Parameter(live, live.offset() - all.offset());
        }

        INDArray inDouble() {
            return live.castTo(DataType.DOUBLE);
        }

        void add(INDArray part, INDArray gradient) {
            INDArray flat = part.reshape(part.length());
            gradient.get(NDArrayIndex.interval(offset, offset + flat.length())).addi(flat);
        }
    }

    /**
     * @throws IllegalArgumentException if the layer has no continuous derivative, or one that is not known here
     */
    static JetLayer of(String name, Layer layer, INDArray all) {
        Layer inside = layer instanceof FrozenLayer frozen
                ? frozen.getInsideLayer()
                : layer instanceof FrozenLayerWithBackprop frozen ? frozen.getInsideLayer() : layer;
        org.deeplearning4j.nn.conf.layers.Layer configuration = inside.conf().getLayer();
        SmoothMap function = function(name, configuration);
        return new JetLayer(
                function,
                Parameter.of(inside, DefaultParamInitializer.WEIGHT_KEY, all),
                Parameter.of(inside, DefaultParamInitializer.BIAS_KEY, all),
                layer instanceof FrozenLayer
                        ? Frozen.AND_ALL_BEFORE
                        : LayerNode.isFrozen(layer) ? Frozen.ITSELF : Frozen.NOT);
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

    static IllegalArgumentException refusal(String name, String reason) {
        return new IllegalArgumentException(
                "'" + name + "' cannot be differentiated with respect to the network's inputs: " + reason);
    }

    /** How many inputs it has. */
    long rows() {
        return Objects.requireNonNull(weights).live().size(0);
    }

    @Override
    public Jet forward(List<Jet> inputs) {
        return function.forward(linear(inputs.get(0)));
    }

    private Jet linear(Jet input) {
        if (weights == null) {
            return input;
        }
        INDArray w = weights.inDouble();
        INDArray z = input.value().mmul(w);
        if (bias != null) {
            z.addiRowVector(bias.inDouble());
        }
        return new Jet(z, input.derivative() == null ? null : input.derivative().mmul(w));
    }

    @Override
    public List<Jet> backward(List<Jet> inputs, Jet gradient, INDArray parameters) {
        if (frozen == Frozen.AND_ALL_BEFORE) {
            return List.of();
        }
        Jet input = inputs.get(0);
        Jet byZ = function.backward(linear(input), gradient);
        if (weights == null) {
            return List.of(byZ);
        }
        INDArray dz = byZ.derivative();
        if (frozen == Frozen.NOT) {
            INDArray byWeights = input.value().transpose().mmul(byZ.value());
            if (dz != null && input.derivative() != null) {
                byWeights.addi(input.derivative().transpose().mmul(dz));
            }
            weights.add(Nd4j.toFlattened(weights.live().ordering(), byWeights), parameters);
            if (bias != null) {
                bias.add(byZ.value().sum(0), parameters);
            }
        }
        INDArray back = weights.inDouble().transpose();
        return List.of(new Jet(byZ.value().mmul(back), dz == null ? null : dz.mmul(back)));
    }
}
