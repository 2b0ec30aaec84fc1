/** Activations as functions of one number: their expectations under a Gaussian, their kernels, and the polynomials closest to them. */
@NullMarked
package io.github.dl4jinit.internal.gaussian;

import org.jspecify.annotations.NullMarked;
