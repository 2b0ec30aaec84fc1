/**
 * Judges configurations: walks one and names the layers whose weights will not have the variance that their scheme's name promises, with
 * the line that fixes it. Draws no weights.
 *
 * <p>Entry point: {@link io.github.dl4jinit.audit.InitAudit}. Authors of an {@code IWeightInit} put their own through {@link
 * io.github.dl4jinit.scheme.InitContract} instead.
 */
@NullMarked
package io.github.dl4jinit.audit;

import org.jspecify.annotations.NullMarked;
