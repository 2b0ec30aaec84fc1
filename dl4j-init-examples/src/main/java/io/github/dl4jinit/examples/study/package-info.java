/**
 * Studies: each is a command that measures something, and writes a page of results that says how to measure it again.
 *
 * <p>Entry points: {@link io.github.dl4jinit.examples.study.ResultPage} writes the page with its tables and charts,
 * {@link io.github.dl4jinit.examples.study.Journal} keeps the raw numbers, so that a study that was stopped goes on where it
 * stood, {@link io.github.dl4jinit.examples.study.RateSearch} chooses learning rates, the same way for everything that is
 * compared, and {@link io.github.dl4jinit.examples.study.StudyOptions} is the part of the command line that all studies
 * share. Each study is a package below this one, with a README.md that names its paper.
 */
@NullMarked
package io.github.dl4jinit.examples.study;

import org.jspecify.annotations.NullMarked;
