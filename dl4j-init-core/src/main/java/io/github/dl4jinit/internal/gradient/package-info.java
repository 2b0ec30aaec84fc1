/** Recorded forward passes and the ways back through them. */
@NullMarked
package io.github.dl4jinit.internal.gradient;

import org.jspecify.annotations.NullMarked;
