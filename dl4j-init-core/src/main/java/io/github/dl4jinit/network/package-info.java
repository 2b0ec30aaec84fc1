/**
 * The only package that knows the insides of {@code MultiLayerNetwork} and {@code ComputationGraph}: which layers there
 * are, in which order they run, where their weights lie, and how one forward sweep computes each of them once.
 *
 * <p>Entry point: {@link io.github.dl4jinit.internal.structure.NetworkView#copyOf}. Everything happens on a copy; the user's model
 * changes in one step, by {@link io.github.dl4jinit.internal.structure.NetworkView#commit}.
 */
@NullMarked
package io.github.dl4jinit.network;

import org.jspecify.annotations.NullMarked;
