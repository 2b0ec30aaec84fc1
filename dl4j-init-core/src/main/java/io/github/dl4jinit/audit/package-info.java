/**
 * Judges initializers instead of drawing weights: a configuration's schemes against what their names promise, and any
 * {@code IWeightInit} against what DL4J demands of one.
 *
 * <p>Users of networks enter at {@link io.github.dl4jinit.audit.InitAudit}, which walks a configuration and names the layers whose weights
 * will not have the variance that their scheme's name promises, with the line that mends it. Authors of an {@code IWeightInit} enter at
 * {@link io.github.dl4jinit.audit.InitContract}, which puts it through every demand that DL4J makes, in a unit test.
 */
@NullMarked
package io.github.dl4jinit.audit;

import org.jspecify.annotations.NullMarked;
