/** The least-squares problem of a split network's output layer, and the record of a training that solves it. */
@NullMarked
package io.github.dl4jinit.internal.solve;

import org.jspecify.annotations.NullMarked;
