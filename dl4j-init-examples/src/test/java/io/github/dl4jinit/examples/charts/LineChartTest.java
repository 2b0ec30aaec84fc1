package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;

class LineChartTest {

    @Test
    void option_numericAxis_endsInShortNumbersThatHoldAllPoints() {
        JsonNode axis = axis(0.11775278, 2.751186);

        assertThat(axis.get("min").asDouble()).isEqualTo(0.117);
        assertThat(axis.get("max").asDouble()).isEqualTo(2.76);
    }

    @Test
    void option_wholeNumbers_areLeftAsTheyAre() {
        assertThat(axis(1, 2048).get("max").asDouble()).isEqualTo(2048);
    }

    private static JsonNode axis(double first, double last) {
        Curve curve = new Curve("curve", 0, List.of(new Point(first, 1), new Point(last, 2)));
        return new LineChart(
                        "title",
                        "x",
                        "y",
                        "",
                        LineChart.Scale.LINEAR,
                        Double.POSITIVE_INFINITY,
                        List.of(),
                        List.of(curve))
                .option()
                .get("xAxis");
    }
}
