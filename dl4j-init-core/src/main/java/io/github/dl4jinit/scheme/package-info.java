/**
 * Weights from shape alone: records that implement DL4J's {@link org.deeplearning4j.nn.weights.IWeightInit} and go into a layer's
 * {@code weightInit(...)}.
 *
 * <p>Start at {@link io.github.dl4jinit.scheme.VarianceScaling} and its names ({@code heNormal()}, {@code glorotUniform()}, ...)
 * or {@link io.github.dl4jinit.scheme.Orthogonal}. All of them are {@link io.github.dl4jinit.scheme.WeightScheme}s: they see a
 * weight as a {@link io.github.dl4jinit.scheme.WeightShape}, which knows what one output really sums over.
 */
@NullMarked
package io.github.dl4jinit.scheme;

import org.jspecify.annotations.NullMarked;
