package io.github.dl4jinit.examples.charts;

import java.util.List;

/**
 * The look of a curve by its style index: colour, marker and dash, so that colour is never the only difference.
 *
 * <p>The colours are those of Okabe and Ito (2008, "Color Universal Design"), chosen to be told apart by readers with
 * any common kind of colour blindness; their yellow and black are left out because one cannot be seen on white and the
 * other on dark pages. After the last colour they start again with another dash.
 */
final class Palette {

    private static final List<String> COLOURS =
            List.of("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8A8F98");
    private static final List<String> MARKERS = List.of(
            "circle",
            "rect",
            "triangle",
            "diamond",
            "path://M0 0L10 0L5 10Z",
            "path://M4 0h2v4h4v2h-4v4h-2v-4h-4v-2h4Z",
            "roundRect");
    private static final List<String> DASHES = List.of("solid", "dashed", "dotted");

    private Palette() {}

    static String colour(int style) {
        return COLOURS.get(style % COLOURS.size());
    }

    static String marker(int style) {
        return MARKERS.get(style % MARKERS.size());
    }

    static String dash(int style) {
        return DASHES.get(style / COLOURS.size() % DASHES.size());
    }
}
