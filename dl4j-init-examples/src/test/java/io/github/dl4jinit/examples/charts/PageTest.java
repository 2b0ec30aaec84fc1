package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class PageTest {

    private static final Pattern CHART =
            Pattern.compile("<script type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

    private static final String NASTY = "</script><b>\"&";

    @Test
    void toHtml_anything_asksForNothingFromOutside() {
        String html = page("plain").toHtml();
        // The scripts of ECharts name the SVG namespace; what would fetch is looked for in the page round them.
        String ours = html.replace(Echarts.library(), "");

        assertThat(ours)
                .contains("default-src 'none'")
                .doesNotContainPattern("(?i)(src|href)\\s*=")
                .doesNotContainPattern("(?i)@import|url\\(|fetch\\(|XMLHttpRequest|WebSocket|https?://");
    }

    @Test
    void toHtml_charts_carryTheirDataAsJson() throws IOException {
        List<JsonNode> options = options(page("plain").toHtml());

        assertThat(options).hasSize(1);
        JsonNode option = options.get(0);
        assertThat(option.at("/title/text").asText()).isEqualTo("plain");
        assertThat(option.at("/series/0/type").asText()).isEqualTo("line");
        assertThat(option.at("/series/0/data").toString()).isEqualTo("[[0.0,2.0,1.0,3.0],[1.0,null,1.0,null]]");
        assertThat(option.at("/series/1/data").toString()).isEqualTo("[[0.0,1.0,3.0],[1.0,1.0,null]]");
    }

    @Test
    void toHtml_markupInText_staysText() throws IOException {
        String html = page(NASTY).toHtml();

        assertThat(html).doesNotContain("</script><b>");
        assertThat(options(html).get(0).at("/title/text").asText()).isEqualTo(NASTY);
    }

    @Test
    void toHtml_curveInSeveralCharts_isOneButton() {
        Chart chart = page("x").sections().get(0).charts().get(0);
        Page page =
                new Page("p", "", List.of(new Section("s", List.of(), List.of(chart, chart), List.of())), List.of());

        assertThat(page.toHtml().split("<button", -1)).hasSize(2);
    }

    @Test
    void toHtml_heatMapAndHistogram_standBesideLines() throws IOException {
        HeatMap map = HeatMapTest.map(List.of());
        Histogram histogram = HistogramTest.histogram(Histogram.Form.BARS, Scale.LINEAR);
        Chart lines = page("x").sections().get(0).charts().get(0);
        Page page = new Page(
                "p", "", List.of(new Section("s", List.of(), List.of(lines, map, histogram), List.of())), List.of());

        String html = page.toHtml();

        assertThat(options(html))
                .extracting(o -> o.at("/kind").asText())
                .containsExactly("lines", "heatmap", "histogram");
        assertThat(html).contains("data-curve=\"x\"", "data-curve=\"even\"", "height:" + map.height() + "px");
        assertThat(html.split("<button", -1)).hasSize(3);
    }

    private static Page page(String text) {
        List<Point> points = List.of(new Point(0, 1, 2, 3), new Point(1, 1, Double.NaN, Double.POSITIVE_INFINITY));
        LineChart chart =
                new LineChart(text, "x", "y", "", Scale.LINEAR, 10, List.of(), List.of(new Curve(text, 0, points)));
        Table table = new Table(List.of(text), List.of(List.of(text)));
        Section section = new Section(text, List.of(text), List.of(chart), List.of(table));
        return new Page(text, text, List.of(section), List.of(table));
    }

    private static List<JsonNode> options(String html) throws IOException {
        List<JsonNode> options = new ArrayList<>();
        Matcher matcher = CHART.matcher(html);
        while (matcher.find()) {
            options.add(new ObjectMapper().readTree(matcher.group(1)));
        }
        return options;
    }
}
