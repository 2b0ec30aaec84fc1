/**
 * Measures a network and never changes it: what happens to the signal and to the gradient, layer by layer, and what the
 * spectra of its derivatives are.
 *
 * <p>Entry points: {@link io.github.dl4jinit.probe.Probe}, {@link io.github.dl4jinit.probe.JacobianSpectrum}, {@link
 * io.github.dl4jinit.probe.HessianSpectrum}. Everything runs on copies; ND4J's random generator is put back. What the numbers mean is for
 * the reader, or for the {@code doctor}, to say.
 */
@NullMarked
package io.github.dl4jinit.probe;

import org.jspecify.annotations.NullMarked;
