/**
 * Trains the same networks from different starts under the same conditions, and tells what came out.
 *
 * <p>Entry points: {@link io.github.dl4jinit.examples.compare.Plan} says what to train,
 * {@link io.github.dl4jinit.examples.compare.Runner} trains it on all cores, and
 * {@link io.github.dl4jinit.examples.compare.Results} holds and stores what was measured.
 * {@link io.github.dl4jinit.examples.compare.Schemes} lists the ways to start a network by name.
 */
@NullMarked
package io.github.dl4jinit.examples.compare;

import org.jspecify.annotations.NullMarked;
