/** A user's own network, split at its output layer for trainers. */
@NullMarked
package io.github.dl4jinit.internal.split;

import org.jspecify.annotations.NullMarked;
