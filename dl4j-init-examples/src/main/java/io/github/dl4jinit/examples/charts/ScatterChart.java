package io.github.dl4jinit.examples.charts;

import java.util.List;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Clouds of points in one plane. Points that are not finite are left out.
 *
 * @param title heading of the chart
 * @param xLabel what the horizontal axis measures
 * @param yLabel what the vertical axis measures
 * @param clouds the clouds, in the order of the legend; later ones are drawn over earlier ones
 */
public record ScatterChart(String title, String xLabel, String yLabel, List<Cloud> clouds) implements Chart {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Copies the list. */
    public ScatterChart {
        clouds = List.copyOf(clouds);
    }

    @Override
    public List<LegendEntry> legend() {
        return clouds.stream()
                .map(cloud -> new LegendEntry(cloud.name(), cloud.style()))
                .toList();
    }

    @Override
    public int height() {
        return 480;
    }

    @Override
    public ObjectNode option() {
        ObjectNode option = MAPPER.createObjectNode().put("animation", false).put("kind", "scatter");
        option.putObject("title").put("text", title);
        ArrayNode legend = option.putObject("legend").putArray("data");
        clouds.stream().map(Cloud::name).distinct().forEach(legend::add);
        option.putObject("tooltip").put("trigger", "item").put("confine", true);
        option.putObject("xAxis").put("name", xLabel).put("type", "value").put("scale", true);
        option.putObject("yAxis")
                .put("name", yLabel)
                .put("type", "value")
                .put("scale", true)
                .put("unit", "");
        ArrayNode series = option.putArray("series");
        clouds.forEach(cloud -> draw(series.addObject(), cloud));
        return option;
    }

    private static void draw(ObjectNode series, Cloud cloud) {
        series.put("type", "scatter")
                .put("name", cloud.name())
                .put("color", Palette.colour(cloud.style()))
                .put("symbol", Palette.marker(cloud.style()))
                .put("symbolSize", 6)
                .put("clip", true);
        series.putObject("itemStyle").put("opacity", 0.7);
        ArrayNode data = series.putArray("data");
        cloud.points().stream()
                .filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.mid()))
                .forEach(p -> data.addArray().add(p.x()).add(p.mid()));
    }
}
