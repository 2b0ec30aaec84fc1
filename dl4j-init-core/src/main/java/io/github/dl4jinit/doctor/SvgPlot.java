package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A line plot over the layers of a network, as an SVG element to be put into a page.
 *
 * @param title heading
 * @param layers names along the horizontal axis
 * @param lines the curves, in the order of the legend
 * @param bounds heights at which a rule begins to fire
 * @param logarithmic whether equal steps are equal ratios; numbers that are not above 0 are then left out
 */
record SvgPlot(String title, List<String> layers, List<Curve> lines, List<Double> bounds, boolean logarithmic) {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 300;
    private static final int LEFT = 62;
    private static final int RIGHT = 12;
    private static final int TOP = 52;
    private static final int BOTTOM = 34;
    private static final int MOST_LABELS = 12;
    private static final int MOST_STEPS = 7;

    /**
     * One curve.
     *
     * @param name in the legend
     * @param style class in the page's style sheet
     * @param values one per layer; null or not finite where there is none
     */
    record Curve(String name, String style, List<IntervalEstimate> values) {}

    SvgPlot {
        layers = List.copyOf(layers);
        bounds = List.copyOf(bounds);
        lines = List.copyOf(lines);
    }

    String toSvg() {
        double[] heights = DoubleStream.concat(
                        lines.stream()
                                .flatMap(line -> line.values().stream())
                                .flatMapToDouble(e -> DoubleStream.of(e.value(), e.low(), e.high())),
                        bounds.stream().mapToDouble(b -> b))
                .filter(this::isDrawn)
                .map(this::scaled)
                .toArray();
        double least = DoubleStream.of(heights).min().orElse(0);
        double most = DoubleStream.of(heights).max().orElse(1);
        if (logarithmic) {
            least = Math.floor(least);
            most = Math.max(least + 1, Math.ceil(most));
        } else {
            least = Math.min(0, least);
            most = Math.max(1, most);
        }
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n<text x=\"%d\" y=\"18\" class=\"title\">%s</text>%n",
                WIDTH,
                HEIGHT,
                Html.escape(title),
                LEFT,
                Html.escape(title)));
        grid(svg, least, most);
        for (double bound : bounds) {
            String y = number(y(bound, least, most));
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"bound\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y,
                    y));
        }
        int legend = LEFT;
        for (Curve line : lines) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"34\" y2=\"34\"/><text x=\"%d\" y=\"38\">%s</text>%n",
                    line.style(),
                    legend,
                    legend + 26,
                    legend + 32,
                    Html.escape(line.name())));
            legend += 50 + 7 * line.name().length();
            draw(svg, line, least, most);
        }
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg, double least, double most) {
        double step = logarithmic ? Math.max(1, Math.ceil((most - least) / MOST_STEPS)) : (most - least) / 4;
        for (double at = least; at <= most + 1e-9; at += step) {
            double height = HEIGHT - BOTTOM - (at - least) / (most - least) * (HEIGHT - BOTTOM - TOP);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"tick\" x=\"%d\" y=\"%.1f\">%s</text>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    height,
                    height,
                    LEFT - 6,
                    height + 4,
                    logarithmic ? "1e" + (int) at : String.format(Locale.ROOT, "%.2g", at)));
        }
        int each = Math.max(1, (int) Math.ceil(layers.size() / (double) MOST_LABELS));
        for (int i = 0; i < layers.size(); i += each) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"name\" x=\"%s\" y=\"%d\">%d</text>%n",
                    number(x(i)),
                    HEIGHT - BOTTOM + 18,
                    i + 1));
        }
    }

    private void draw(StringBuilder svg, Curve line, double least, double most) {
        List<String> run = new ArrayList<>();
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i <= line.values().size(); i++) {
            IntervalEstimate e = i < line.values().size() ? line.values().get(i) : null;
            if (e == null || !isDrawn(e.value())) {
                if (!run.isEmpty()) {
                    svg.append("<polyline class=\"")
                            .append(line.style())
                            .append("\" points=\"")
                            .append(String.join(" ", run))
                            .append("\"/>\n");
                }
                run.clear();
                continue;
            }
            String x = number(x(i));
            String y = number(y(e.value(), least, most));
            run.add(x + "," + y);
            if (e.low() < e.high() && isDrawn(e.low()) && isDrawn(e.high())) {
                marks.append(String.format(
                        Locale.ROOT,
                        "<line class=\"interval %s\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>%n",
                        line.style(),
                        x,
                        x,
                        number(y(e.low(), least, most)),
                        number(y(e.high(), least, most))));
            }
            marks.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s, %s: %.3g</title></circle>%n",
                    line.style(),
                    x,
                    y,
                    Html.escape(layers.get(i)),
                    Html.escape(line.name()),
                    e.value()));
        }
        svg.append(marks);
    }

    private boolean isDrawn(double value) {
        return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    private double scaled(double value) {
        return logarithmic ? Math.log10(value) : value;
    }

    private double x(int layer) {
        return LEFT + (layer + 0.5) * (WIDTH - LEFT - RIGHT) / layers.size();
    }

    private double y(double value, double least, double most) {
        double proportion = (scaled(value) - least) / (most - least);
        return HEIGHT - BOTTOM - proportion * (HEIGHT - BOTTOM - TOP);
    }

    private static String number(double coordinate) {
        return String.format(Locale.ROOT, "%.1f", coordinate);
    }
}
