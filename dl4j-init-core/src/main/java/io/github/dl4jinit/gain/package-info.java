/**
 * What an activation does to a Gaussian signal: its moments, the gain that keeps the signal's size, and the weight and bias variances at
 * which a deep network neither orders nor explodes.
 *
 * <p>Enter at {@link io.github.dl4jinit.gain.Gains} for one number, at {@link io.github.dl4jinit.gain.GaussianMoments} for all of them, and
 * at {@link io.github.dl4jinit.gain.MeanField} for the signal of a whole network with given variances. Everything works for any elementwise
 * {@link org.nd4j.linalg.activations.IActivation}, a user's own included, by numerical integration; nothing is looked up in a table.
 */
@NullMarked
package io.github.dl4jinit.gain;

import org.jspecify.annotations.NullMarked;
