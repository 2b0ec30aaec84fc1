/** Bounds that settings keep, and the precision of a network's numbers. */
@NullMarked
package io.github.dl4jinit.internal.number;

import org.jspecify.annotations.NullMarked;
