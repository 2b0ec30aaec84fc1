package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.examples.charts.Histogram.Form;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HistogramTest {

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
    void density_areaOverAnInterval_isTheShareOfTheNumbersThere() {
        double[] numbers = {-5, 0, 0.1, 0.3, 0.5, 0.9, 1, 7, Double.NaN, Double.POSITIVE_INFINITY};

        Distribution density = Distribution.density("d", 0, numbers, 0, 1, 4);

        // Bins [0, .25), [.25, .5), [.5, .75), [.75, 1]: 2, 1, 1, 2 of 10 numbers, each bin 1/4 wide.
        assertThat(density.heights()).containsExactly(0.8, 0.4, 0.4, 0.8);
        double area = density.heights().stream().mapToDouble(h -> h).sum() * density.width();
        assertThat(area).isCloseTo(0.6, within(1e-12));
    }

    @Test
    void density_withoutNumbers_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.density("d", 0, new double[0], 0, 1, 4))
                .withMessageContaining("got 0 and 4");
    }

    @Test
    void new_negativeHeight_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Distribution("d", 0, 0, 1, List.of(1.0, -1.0)))
                .withMessageContaining("-1.0");
    }

    @Test
    void render_bars_standOnTheAxisBesideEachOther() throws Exception {
        String svg = renderer.render(histogram(Form.BARS, Scale.LINEAR), 640, 400);

        // The plot is 568 wide from 54 and 264 high from 62: two bins, heights 1 and 2 of an axis that ends at 2.
        assertThat(SvgRendererTest.attributes(svg, "path", "d"))
                .contains("M54 194l284 0l0 132l-284 0Z", "M338 62l284 0l0 264l-284 0Z");
    }

    @Test
    void render_lines_goThroughTheMiddlesOfTheBins() throws Exception {
        String svg = renderer.render(histogram(Form.LINES, Scale.LINEAR), 640, 400);

        assertThat(SvgRendererTest.attributes(svg, "path", "d")).contains("M196 194L480 62");
    }

    @Test
    void render_emptyBinOnALogarithmicScale_isMissing() {
        Histogram histogram = new Histogram(
                "t", "x", "y", Form.BARS, Scale.LOG, List.of(new Distribution("d", 0, 0, 1, List.of(1.0, 0.0, 10.0))));
        assertThat(renderer.render(histogram, 640, 400)).doesNotContain("NaN").doesNotContain("Infinity");
    }

    static Histogram histogram(Form form, Scale scale) {
        return new Histogram(
                "Values", "value", "share", form, scale, List.of(new Distribution("even", 0, 0, 1, List.of(1.0, 2.0))));
    }
}
