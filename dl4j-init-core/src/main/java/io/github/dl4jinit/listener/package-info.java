/**
 * Thin adapters of initializers to DL4J's {@code TrainingListener}; no algorithm lives here.
 *
 * <p>Entry point: {@link io.github.dl4jinit.listener.InitializingListener}.
 */
@NullMarked
package io.github.dl4jinit.listener;

import org.jspecify.annotations.NullMarked;
