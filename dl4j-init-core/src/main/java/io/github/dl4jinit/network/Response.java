package io.github.dl4jinit.network;

import io.github.dl4jinit.internal.signal.Masks;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What a layer's weights make of its input before the activation, and the means to scale both together.
 *
 * <p>For feed-forward and convolutional layers this is the pre-activation with its bias. For recurrent layers it is the
 * input's share of the gates' pre-activations, x W, without bias and without the previous output: a reading of ours, since
 * LSUV was described for layers without a state.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Response {

    private final LayerView layer;
    private final WeightView map;
    private final INDArray values;
    private final int biasAxis;
    private final @Nullable INDArray mask;
    private final Supplier<Samples> inputs;
    private final Supplier<Samples> outputs;

    /**
     * @param biasAxis the axis of {@code values} along which the bias lies, or -1 if {@code values} has no bias in it
     */
    public Response(
            LayerView layer,
            WeightView map,
            INDArray values,
            int biasAxis,
            @Nullable INDArray mask,
            Supplier<Samples> inputs,
            Supplier<Samples> outputs) {
        this.layer = layer;
        this.map = map;
        this.values = values;
        this.biasAxis = biasAxis;
        this.mask = mask;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** {@return the weight array whose response this is: the live view} */
    public WeightView map() {
        return map;
    }

    /**
     * The response itself.
     *
     * @return the live array, [n, ...], valid until the visitor returns; what is written into it is what the activation
     *     function gets, so a visitor that writes must change the weights to match
     */
    public INDArray values() {
        return values;
    }

    /**
     * The layer's input as a matrix, its rows in the order of those of {@link #outputs}.
     *
     * @return a copy
     */
    public Samples inputs() {
        return inputs.get();
    }

    /** {@return the response as a matrix: a copy of the values as they are now} */
    public Samples outputs() {
        return outputs.get();
    }

    /**
     * Mean and variance over batch, channels and positions. Steps that a mask leaves out do not count, in no layer, whatever lies
     * there: masks are handed on by DL4J's own rule, also through layers that keep none. Values of steps that count are as DL4J computes them.
     *
     * @return the moments of the values as they are now
     * @throws ArithmeticException if they are not finite
     */
    public Moments moments() {
        Moments moments = Moments.of(values, mask);
        if (moments.count() == 0) {
            throw new IllegalArgumentException(
                    layer.where() + ": the mask of this batch leaves no entry: take a batch with unmasked steps.");
        }
        if (!Double.isFinite(moments.mean()) || !Double.isFinite(moments.variance())) {
            throw new ArithmeticException(layer.where() + ": its response to this batch is not finite (mean "
                    + moments.mean() + ", variance " + moments.variance() + "). The weights before it are too large,"
                    + " or the batch holds extreme values: start from new weights, or standardize the inputs.");
        }
        return moments;
    }

    /**
     * How much of the weighted inputs tells examples apart: their variance over the batch, at each unit and position by itself, averaged over
     * units and positions, as a part of their mean square. The bias is left out, so scaling does not change it. Steps of recurrent layers, and
     * of layers that compute step by step, count as examples.
     *
     * @return from 0, where all examples give the same, to 1, where they have nothing in common; 0 if there is one example, or if all is 0
     */
    public double variety() {
        INDArray bias = bias();
        INDArray weighted = values;
        if (bias != null) {
            weighted = values.dup();
            Broadcast.sub(weighted, bias, weighted, biasAxis);
        }
        Moments all = Moments.of(weighted, mask);
        double square = all.mean() * all.mean() + all.variance();
        return values.size(0) < 2 || square == 0 ? 0 : Math.min(1, varianceOverExamples(weighted) / square);
    }

    private double varianceOverExamples(INDArray weighted) {
        DataType type = weighted.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        INDArray numbers = weighted.castTo(type);
        if (mask == null) {
            return numbers.var(false, 0).meanNumber().doubleValue();
        }
        INDArray counts = Masks.widen(mask, numbers).castTo(type);
        INDArray mean = numbers.mul(counts).sum(true, 0).divi(Transforms.max(counts.sum(true, 0), 1));
        INDArray deviations = numbers.sub(mean).muli(counts);
        return deviations.muli(deviations).sumNumber().doubleValue()
                / counts.sumNumber().doubleValue();
    }

    /** The bias along its axis, or null if there is none in the response or it is 0. */
    private @Nullable INDArray bias() {
        INDArray bias = biasAxis < 0 ? null : map.bias();
        return bias == null || bias.amaxNumber().doubleValue() == 0 ? null : bias.reshape(bias.length());
    }

    /**
     * Takes the mean of each channel off the bias, and off the response with it, as if the layer had been computed again.
     * A layer without a bias stays as it is.
     */
    public void centre() {
        INDArray bias = biasAxis < 0 ? null : map.bias();
        if (bias == null) {
            return;
        }
        INDArray mean = outputs().mean().castTo(values.dataType());
        bias.subi(mean.reshape(bias.shape()));
        Broadcast.sub(values, mean, values, biasAxis);
    }

    /**
     * Multiplies the weights by a factor, and the response with them, as if the layer had been computed again.
     *
     * @param factor finite and not 0
     */
    public void scale(double factor) {
        if (!Double.isFinite(factor) || factor == 0) {
            throw new IllegalArgumentException("factor must be finite and not 0, got " + factor);
        }
        map.weights().muli(factor);
        INDArray row = bias();
        if (row == null) {
            values.muli(factor);
            return;
        }
        Broadcast.sub(values, row, values, biasAxis);
        values.muli(factor);
        Broadcast.add(values, row, values, biasAxis);
    }

    /**
     * Multiplies the weights of each unit by its own factor and sets its bias, and the response with them, as if the layer had been
     * computed again.
     *
     * @param factors one per channel of {@link #outputs}, finite and not 0
     * @param biases one per channel; not looked at if this response has no bias in it
     */
    public void scaleUnits(INDArray factors, INDArray biases) {
        INDArray multipliers = factors.castTo(values.dataType());
        int axis = biasAxis < 0 ? values.rank() - 1 : biasAxis;
        INDArray bias = biasAxis < 0 ? null : map.bias();
        if (bias != null) {
            Broadcast.sub(values, bias.reshape(bias.length()), values, axis);
        }
        Broadcast.mul(values, multipliers, values, axis);
        if (bias != null) {
            INDArray replaced = biases.castTo(values.dataType());
            Broadcast.add(values, replaced, values, axis);
            bias.assign(replaced.reshape(bias.shape()));
        }
        scaleWeights(multipliers);
    }

    private void scaleWeights(INDArray multipliers) {
        for (long tap = 0; tap < map.shape().taps(); tap++) {
            long unit = 0;
            for (INDArray matrix : map.shape().tap(map.weights(), tap)) {
                INDArray rows = multipliers
                        .get(NDArrayIndex.interval(unit, unit + matrix.rows()))
                        .dup();
                matrix.muliColumnVector(rows.reshape(matrix.rows(), 1));
                unit += matrix.rows();
            }
        }
    }

    /**
     * Whether the response has a bias of its own, which {@link #scaleUnits} can set.
     *
     * @return false if the layer has none, and for recurrent layers
     */
    public boolean isBiased() {
        return biasAxis >= 0 && map.bias() != null;
    }
}
