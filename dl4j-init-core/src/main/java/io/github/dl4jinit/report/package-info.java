/**
 * What initializers and measurements answer: immutable records, and their renderings as text and JSON.
 *
 * <p>Entry point: {@link io.github.dl4jinit.report.InitReport}.
 */
@NullMarked
package io.github.dl4jinit.report;

import org.jspecify.annotations.NullMarked;
