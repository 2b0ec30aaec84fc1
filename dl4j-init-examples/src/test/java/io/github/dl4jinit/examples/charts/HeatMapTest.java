package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jinit.examples.charts.HeatMap.Colours;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeatMapTest {

    private static final String LOWEST = "rgb(10,74,120)";
    private static final String MIDDLE = "rgb(236,239,241)";
    private static final String HIGHEST = "rgb(156,56,0)";

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
    void render_logarithmicScale_hasItsMiddleColourAtTheGeometricMean() throws Exception {
        String svg = renderer.render(map(List.of()), 480, 300);

        // Six cells: 1e-3 twice (once clipped), 1, 1e3 twice (once infinite), and one that is missing.
        List<String> fills = SvgRendererTest.attributes(svg, "path", "fill");
        assertThat(fills).filteredOn(LOWEST::equals).hasSize(2);
        assertThat(fills).filteredOn(MIDDLE::equals).hasSize(1);
        assertThat(fills).filteredOn(HIGHEST::equals).hasSize(2);
        assertThat(svg).doesNotContain("NaN").contains("\u2264 0.001", "\u2265 1000", "left", "upper", "Signal");
    }

    @Test
    void render_firstRow_isOnTop() throws Exception {
        String svg = renderer.render(map(List.of()), 480, 300);

        assertThat(heightOf(svg, "upper")).isLessThan(heightOf(svg, "lower"));
    }

    @Test
    void render_labels_areReadableOnTheirColours() {
        String svg = renderer.render(map(List.of(List.of("L1", "L2", "L3"), List.of("L4", "L5", "L6"))), 480, 300);

        assertThat(inkOf(svg, "L1")).isEqualTo("#ffffff");
        assertThat(inkOf(svg, "L2")).isEqualTo("#20262c");
        assertThat(svg).contains(">L5<").doesNotContain(">L6<");
    }

    @Test
    void new_valuesThatDoNotFitTheNames_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeatMap(
                        "t",
                        "x",
                        "y",
                        List.of("a"),
                        List.of("b"),
                        List.of(List.of(1.0, 2.0)),
                        List.of(),
                        Colours.SEQUENTIAL,
                        Scale.LINEAR,
                        0,
                        1))
                .withMessageContaining("1 rows of 1 columns, got [2]");
    }

    @Test
    void new_zeroOnALogarithmicScale_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeatMap(
                        "t", "x", "y", List.of(), List.of(), List.of(), List.of(), Colours.SEQUENTIAL, Scale.LOG, 0, 1))
                .withMessageContaining("low must be > 0");
    }

    static HeatMap map(List<List<String>> labels) {
        return new HeatMap(
                "Signal",
                "scheme",
                "activation",
                List.of("left", "middle", "right"),
                List.of("upper", "lower"),
                List.of(List.of(1e-3, 1.0, 1e3), List.of(0.0, Double.POSITIVE_INFINITY, Double.NaN)),
                labels,
                Colours.DIVERGING,
                Scale.LOG,
                1e-3,
                1e3);
    }

    private static double heightOf(String svg, String text) {
        String element = elementOf(svg, text);
        return Double.parseDouble(element.replaceAll(".*translate\\(\\S+ ([-0-9.]+)\\).*", "$1"));
    }

    private static String inkOf(String svg, String text) {
        return elementOf(svg, text).replaceAll(".*fill=\"(#\\w+)\".*", "$1");
    }

    private static String elementOf(String svg, String text) {
        int end = svg.indexOf(">" + text + "<");
        assertThat(end).as(text).isPositive();
        return svg.substring(svg.lastIndexOf("<text", end), end);
    }
}
