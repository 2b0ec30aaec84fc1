/**
 * The results of initializers, trainers and measurements: immutable records, and their renderings as text, JSON and CSV. It imports no other
 * package of this library.
 *
 * <p>Entry point: {@link io.github.dl4jinit.report.InitReport}.
 */
@NullMarked
package io.github.dl4jinit.report;

import org.jspecify.annotations.NullMarked;
