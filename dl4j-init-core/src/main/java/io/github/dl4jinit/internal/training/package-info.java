/** The training step that a listener is called in: its minibatch, and how to make it once more after a change. */
@NullMarked
package io.github.dl4jinit.internal.training;

import org.jspecify.annotations.NullMarked;
