/**
 * The data that the comparison trains on: a generator that needs no file ({@link
 * io.github.dl4jinit.examples.data.Shapeset}), readers of the classic sets, and a user's own table.
 *
 * <p>Entry points: {@link io.github.dl4jinit.examples.data.Shapeset} and {@link
 * io.github.dl4jinit.examples.data.LabelledData}, the one type that all of them end in.
 */
@NullMarked
package io.github.dl4jinit.examples.data;

import org.jspecify.annotations.NullMarked;
