package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.report.InitReport;
import java.util.Locale;
import java.util.Objects;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Box initialization: the cut plane of every neuron goes through a random point of the box in which the neuron's inputs lie, and
 * no neuron leaves the box that the next layer counts on.
 *
 * <p>Formula, for a neuron whose inputs lie in {@code [0, m]^n}: p uniform in the box, n a Gaussian direction, p_max the corner where n x
 * is largest, {@code k = t / (n (p_max - p))}, {@code w = k n}, {@code b = -k n p}: the neuron is 0 at p and takes values up to t in the
 * box. A plain layer has t = 1. In a network with B residual blocks the last layer of each branch has t = 1 / B ({@link Growth#ADDITIVE})
 * or t = m / B ({@link Growth#GEOMETRIC}), so that B blocks lengthen the side m of the box by no more than 1, or than a factor of (1 +
 * 1/B)^B, which is below e. The number of blocks is counted in the network itself, from its element-wise adds.
 *
 * <p>Shapes: hidden dense layers and convolutions with biases, of any width; output layers stay as they are (the authors fit them by
 * least squares). Each layer's line in the report states the boxes of its inputs and of its outputs. Inputs are taken to lie in
 * [0, 1] unless {@link Builder#inputBox} says otherwise; an initializer that is given a batch and no box takes the batch's smallest and
 * largest value. Layers after something whose range is unknown (a skipped layer, batch normalization) are skipped too.
 *
 * <p>When to use it: deep residual ReLU networks without normalization, above all narrow ones. When not: deep plain networks. They
 * stay bounded, but collapse to a point all the same (128 layers of width 2: all of 100).
 *
 * <p>Source: E. C. Cyr, M. A. Gulian, R. G. Patel, M. Perego, N. A. Trask, "Robust training and initialization of deep neural networks:
 * an adaptive basis viewpoint" (MSML 2020, arXiv 1912.04862), by way of two public implementations that agree on the construction; the
 * paper's own listing could not be read, in particular not which of the two numerators it prints. Ours: other boxes than the unit cube;
 * branches of several layers, of which the last has the small t and the others are plain; convolutions, whose padding adds 0 to the box;
 * other activations than ReLU. There the box of the outputs is the image of all numbers up to t under the activation. If that has no
 * lower bound (identity, leaky ReLU), or is negative at the end of a branch, p is the corner where n x is smallest, so that the values
 * fill [0, t].
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Box implements DataFreeInitializer {

    /** How much a residual block adds to the side m of the box, B being the number of blocks. */
    public enum Growth {
        /** 1 / B. */
        ADDITIVE,
        /** m / B. */
        GEOMETRIC;

        double top(double side, int blocks) {
            return (this == ADDITIVE ? 1 : side) / blocks;
        }
    }

    private final @Nullable ValueRange inputBox;
    private final Growth growth;

    private Box(Builder builder) {
        inputBox = builder.inputBox;
        growth = Objects.requireNonNull(builder.growth, "growth must be ADDITIVE or GEOMETRIC, got null");
        if (inputBox != null && inputBox.side() == 0) {
            throw new IllegalArgumentException("the input box must have a side above 0, got " + inputBox);
        }
    }

    /** {@return the settings most networks want: additive growth, inputs in [0, 1] or measured} */
    public static Box defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return how residual blocks may lengthen the box} */
    public Growth growth() {
        return growth;
    }

    @Override
    public InitReport initialize(Model model) {
        return initialize(model, inputBox == null ? ValueRange.UNIT : inputBox);
    }

    /**
     * Initializes a network whose inputs lie in the box of the settings, or, if there is none, in that of the batch.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features for every input; labels are not looked at
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is empty, constant, not finite, or outside the given box
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        InitializationPass.requireBatch(model, batch);
        ValueRange measured = measure(batch);
        if (inputBox != null && !(inputBox.contains(measured.low()) && inputBox.contains(measured.high()))) {
            throw new IllegalArgumentException("the batch lies in " + measured + ", outside of the input box "
                    + inputBox + ": give a larger box, or scale the inputs");
        }
        return initialize(model, inputBox == null ? measured : inputBox);
    }

    private InitReport initialize(Model model, ValueRange inputs) {
        String[] title = new String[1];
        InitReport report = InitializationPass.run("Box", model, network -> {
            title[0] = title(network);
            return new BoxPass(this, inputs).run(network);
        });
        return report.named(title[0]);
    }

    private String title(NetworkView network) {
        int blocks = network.residualBlocks().size();
        return blocks == 0
                ? "Box, plain"
                : String.format(
                        Locale.ROOT,
                        "Box, %d residual block(s), %s",
                        blocks,
                        growth.name().toLowerCase(Locale.ROOT));
    }

    private static ValueRange measure(MultiDataSet batch) {
        ValueRange all = null;
        for (INDArray features : batch.getFeatures()) {
            ValueRange one = new ValueRange(
                    features.minNumber().doubleValue(), features.maxNumber().doubleValue());
            all = all == null ? one : all.hull(one);
        }
        if (all == null || all.side() == 0) {
            throw new IllegalArgumentException("the batch spans no box, all its values are "
                    + (all == null ? "missing" : all.low()) + ": give a box by Box.builder().inputBox(low, high)");
        }
        return all;
    }

    /** Builds a {@link Box}; what is not set is as in {@link Box#defaults()}. */
    public static final class Builder {

        private @Nullable ValueRange inputBox;
        private Growth growth = Growth.ADDITIVE;

        private Builder() {}

        /** How residual blocks may lengthen the box: additive, the default, or geometric. */
        public Builder growth(Growth kind) {
            growth = kind;
            return this;
        }

        /**
         * Where all inputs lie in every coordinate; a batch outside of it is refused. Default: measured if there is a batch, else [0, 1].
         *
         * @param low the smallest value of any input
         * @param high the largest, above low
         */
        public Builder inputBox(double low, double high) {
            inputBox = new ValueRange(low, high);
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public Box build() {
            return new Box(this);
        }
    }
}
