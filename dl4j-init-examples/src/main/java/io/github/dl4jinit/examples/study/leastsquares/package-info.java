/** Least squares for the output layer (LSGD) against Adam and L-BFGS. */
@NullMarked
package io.github.dl4jinit.examples.study.leastsquares;

import org.jspecify.annotations.NullMarked;
