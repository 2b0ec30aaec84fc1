package io.github.dl4jinit.examples.charts;

import java.util.List;
import java.util.Locale;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A picture of numbers, described once and drawn alike on a {@link Page} and by {@link SvgRenderer}. */
public sealed interface Chart permits LineChart, HeatMap, Histogram, ScatterChart {

    /** {@return the heading} */
    String title();

    /** {@return what a page's legend switches on and off, empty if the chart has nothing of that kind} */
    List<LegendEntry> legend();

    /** {@return a good height, in pixels} */
    int height();

    /** {@return the chart as an option of ECharts, all data and no functions; {@code charts.js} completes it} */
    ObjectNode option();

    /**
     * A name for a file of what has a title.
     *
     * @param title any text
     * @return its letters and digits, small, with a hyphen for all between
     */
    static String fileName(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
