package io.github.dl4jinit.examples.charts;

/**
 * One point of a curve with its band. A value that is not finite is drawn as missing, except that an infinite
 * {@code high} runs the band out of the top of the chart, and that before an infinite {@code mid} the line ends with the
 * word "lost".
 *
 * @param x position on the horizontal axis
 * @param low lower edge of the band
 * @param mid height of the line
 * @param high upper edge of the band
 */
public record Point(double x, double low, double mid, double high) {

    /** A point without a band. */
    public Point(double x, double y) {
        this(x, y, y, y);
    }
}
