/**
 * Initializers of whole networks, with or without data. Each works on a copy and changes the user's model in one step.
 *
 * <p>Entry points: {@link io.github.dl4jinit.initializer.NetworkInitializer} and its implementations, by hand or through
 * {@code listener.InitializingListener}.
 */
@NullMarked
package io.github.dl4jinit.initializer;

import org.jspecify.annotations.NullMarked;
