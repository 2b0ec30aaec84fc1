/**
 * Neural tangent kernels: of infinitely wide networks by recursion, of real ones from their gradients, and what they predict.
 *
 * <p>Enter at {@link io.github.dl4jinit.ntk.EmpiricalNtk} for a network, at {@link io.github.dl4jinit.ntk.AnalyticNtk} for its
 * limit, and at {@link io.github.dl4jinit.ntk.KernelRegression} for the result of training with a kernel.
 */
@NullMarked
package io.github.dl4jinit.ntk;

import org.jspecify.annotations.NullMarked;
