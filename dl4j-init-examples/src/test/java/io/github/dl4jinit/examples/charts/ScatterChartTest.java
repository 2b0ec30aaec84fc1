package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScatterChartTest {

    private static ScatterChart chart(double x) {
        return new ScatterChart(
                "Clouds",
                "first",
                "second",
                List.of(
                        new Cloud("square", 0, List.of(new Point(0, 0), new Point(1, 2), new Point(x, 1))),
                        new Cloud("point", 1, List.of(new Point(0.5, 0.5)))));
    }

    @Test
    void option_hasThePointsThatAreFinite_andALegend() {
        assertThat(chart(3).option().get("series").get(0).get("data")).hasSize(3);
        assertThat(chart(Double.NaN).option().get("series").get(0).get("data")).hasSize(2);
        assertThat(chart(3).legend()).extracting(LegendEntry::name).containsExactly("square", "point");
        assertThat(chart(3).option().get("legend").get("data")).hasSize(2);
    }

    @Test
    void render_drawsAMarkForEachPoint() {
        try (SvgRenderer renderer = new SvgRenderer()) {
            String svg = renderer.render(chart(3), 600, chart(3).height());
            // The mark of each of four points and of two names in the legend.
            assertThat(svg.split("#0072B2", -1).length - 1).isGreaterThanOrEqualTo(4);
            assertThat(svg.split("#E69F00", -1).length - 1).isGreaterThanOrEqualTo(2);
            assertThat(svg).contains("Clouds", "first", "second");
        }
    }

    @Test
    void negativeStyle_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cloud("a", -1, List.of()))
                .withMessageContaining("-1");
    }
}
