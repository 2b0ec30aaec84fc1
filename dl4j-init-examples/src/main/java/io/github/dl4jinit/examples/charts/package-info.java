/**
 * Charts and pages that need no network: one self-contained interactive HTML page, the same charts as static SVG, and
 * tables for page and terminal.
 *
 * <p>Entry points: {@link io.github.dl4jinit.examples.charts.LineChart}, {@link
 * io.github.dl4jinit.examples.charts.HeatMap} and {@link io.github.dl4jinit.examples.charts.Histogram} describe charts,
 * {@link io.github.dl4jinit.examples.charts.Page} puts charts and tables on one page, and
 * {@link io.github.dl4jinit.examples.charts.SvgRenderer} draws a chart without a browser. Everything is drawn by Apache
 * ECharts; docs/decisions/002-charts.md says why.
 */
@NullMarked
package io.github.dl4jinit.examples.charts;

import org.jspecify.annotations.NullMarked;
