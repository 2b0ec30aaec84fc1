package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgRendererTest {

    private static SvgRenderer renderer;

    @BeforeAll
    static void load() {
        renderer = new SvgRenderer();
    }

    @AfterAll
    static void close() {
        renderer.close();
    }

    @Test
    void render_twoCurves_drawsBandAndLineOfEachInItsColour() throws Exception {
        String svg = renderer.render(chart(Scale.LINEAR, 1), 640, 400);
        assertThat(attributes(svg, "polygon", "fill")).contains(Palette.colour(0), Palette.colour(1));
        assertThat(attributes(svg, "path", "stroke")).contains(Palette.colour(0), Palette.colour(1));
        assertThat(svg).contains("first").contains("second").contains("Loss").contains("epoch");
    }

    @Test
    void render_constantCurve_isALevelLineAndABandOfTheRightShare() throws Exception {
        // Axis 0..4 by the two extremes; the band of the curve at 2 spans 1..3, half of the axis.
        List<Point> points = List.of(new Point(0, 1, 2, 3), new Point(1, 1, 2, 3));
        List<Point> extremes = List.of(new Point(0, 0), new Point(1, 4));
        LineChart chart = new LineChart(
                "t",
                "x",
                "y",
                "",
                Scale.LINEAR,
                100,
                List.of(),
                List.of(new Curve("a", 0, points), new Curve("b", 1, extremes)));

        String svg = renderer.render(chart, 640, 400);

        // The plot is 400 - 62 - 74 = 264 high and starts at 62: 3 is at 128, 2 at 194, 1 at 260.
        assertThat(attributes(svg, "polygon", "points")).contains("54 260 622 260 622 128 54 128");
        assertThat(attributes(svg, "path", "d")).contains("M54 194L622 194");
    }

    @Test
    void render_missingAndNonPositiveValues_breakTheCurveAndNothingElse() throws Exception {
        String svg = renderer.render(chart(Scale.LOG, 0), 640, 400);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity").containsOnlyOnce(">lost<");
        assertThat(attributes(svg, "path", "stroke")).contains(Palette.colour(0), Palette.colour(1));
    }

    @Test
    void render_logarithmicAxis_namesPowersBelowTheTenthDecimalToo() {
        List<Point> points = List.of(new Point(0, 1, 1, 1), new Point(1, 1e-30, 1e-30, 1e-30));
        String svg = renderer.render(
                new LineChart(
                        "t",
                        "x",
                        "y",
                        "",
                        Scale.LOG,
                        Double.POSITIVE_INFINITY,
                        List.of(),
                        List.of(new Curve("a", 0, points))),
                640,
                400);

        assertThat(svg).contains(">1e-30<", ">1<").doesNotContain("Infinity");
    }

    @Test
    void render_sameChartTwice_givesTheSameBytes() {
        String once = renderer.render(chart(Scale.LINEAR, 1), 320, 200);
        String twice = renderer.render(chart(Scale.LINEAR, 1), 320, 200);

        assertThat(twice).isEqualTo(once);
    }

    private static LineChart chart(Scale scale, double lowest) {
        List<Point> falling = new ArrayList<>();
        List<Point> flat = new ArrayList<>();
        for (int x = 0; x <= 10; x++) {
            double y = lowest + 10 - x;
            falling.add(new Point(x, 0.9 * y, y, 1.2 * y));
            flat.add(
                    x < 7
                            ? new Point(x, 7, 8, 8.5)
                            : new Point(x, 7, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
        }
        List<Curve> curves = List.of(new Curve("first", 0, falling), new Curve("second", 1, flat));
        return new LineChart("Loss", "epoch", "loss", "", scale, 100, List.of(), curves);
    }

    static List<String> attributes(String svg, String tag, String attribute) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        NodeList nodes = document.getElementsByTagName(tag);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            values.add(((Element) nodes.item(i)).getAttribute(attribute));
        }
        return values;
    }
}
