/** Orthogonal against Gaussian weights by their neural tangent kernels. */
@NullMarked
package io.github.dl4jinit.examples.study.orthogonal;

import org.jspecify.annotations.NullMarked;
