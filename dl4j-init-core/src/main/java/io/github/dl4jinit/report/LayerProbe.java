package io.github.dl4jinit.report;

import org.jspecify.annotations.Nullable;

/**
 * What one step of a network does to one batch. What was not or cannot be measured is null.
 *
 * @param position place in the order of execution, from 1
 * @param name DL4J's name of the layer or vertex
 * @param kind class of the layer's configuration, or what a vertex without a layer does
 * @param mean mean of its outputs over examples, positions and units
 * @param variance variance of the same
 * @param percentile98 the smallest output that at least 98 % of them do not exceed
 * @param saturated share of the outputs that are at or near a bound of the activation function, 0..1
 * @param dead share of the units whose output is the same for the whole batch, 0..1
 * @param gradientMean mean of the gradient of each example's own loss by the pre-activation, or by the output where a step
 *     has none or several
 * @param gradientVariance variance of the same
 * @param weightGradientMean mean of the gradient of the batch's mean loss by the weights, biases apart
 * @param weightGradientVariance variance of the same
 * @param meanSingularValue mean over directions and examples of the singular values of the derivative of the step's output
 *     by its input
 * @param note why something is missing, or ""
 */
public record LayerProbe(
        int position,
        String name,
        String kind,
        double mean,
        double variance,
        double percentile98,
        @Nullable Double saturated,
        @Nullable Double dead,
        @Nullable Double gradientMean,
        @Nullable Double gradientVariance,
        @Nullable Double weightGradientMean,
        @Nullable Double weightGradientVariance,
        @Nullable Double meanSingularValue,
        String note) {}
