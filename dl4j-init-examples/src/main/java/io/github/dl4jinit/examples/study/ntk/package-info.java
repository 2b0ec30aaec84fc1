/** The neural tangent kernels of initializers, and what they say of the training. */
@NullMarked
package io.github.dl4jinit.examples.study.ntk;

import org.jspecify.annotations.NullMarked;
