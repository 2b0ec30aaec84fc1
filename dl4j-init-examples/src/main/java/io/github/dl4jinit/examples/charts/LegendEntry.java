package io.github.dl4jinit.examples.charts;

/**
 * A name in the legend and its look.
 *
 * @param name the same name in several charts of a page is one button
 * @param style index into the {@link Palette}
 */
public record LegendEntry(String name, int style) {}
