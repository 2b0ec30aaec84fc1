package io.github.dl4jinit.examples.charts;

import java.util.regex.Pattern;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/**
 * Draws charts as static SVG on the JVM: ECharts in its server mode inside Mozilla Rhino. Loading takes about a second,
 * a chart about a quarter. One thread only: a renderer belongs to the thread that made it until it is closed.
 */
public final class SvgRenderer implements AutoCloseable {

    /* ECharts asks for timers when it starts; a static picture never needs one to fire. */
    private static final String HOST =
            "var self = this; function setTimeout() { return 0; } function clearTimeout() {}";
    private static final String DRAW = """
            (function () {
              var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
              chart.setOption(dl4jCharts.complete(JSON.parse(option), {page: false, dark: false, background: '#ffffff'}));
              var svg = chart.renderToSVGString();
              chart.dispose();
              return svg;
            })()
            """;

    /* Hover styles and marks for scripts, numbered by the charts drawn before: a still picture needs none of them. */
    private static final Pattern FOR_LIVE_CHARTS =
            Pattern.compile("\\s*<style.*?</style>| (?:class|ecmeta_\\w+)=\"[^\"]*\"", Pattern.DOTALL);

    /* The number of the chart in the names of clip paths: without it the same chart is the same text. */
    private static final Pattern NUMBERED = Pattern.compile("zr\\d+-(?=c\\d)");

    private final Context context;
    private final Scriptable scope;

    /** Loads ECharts. */
    public SvgRenderer() {
        context = Context.enter();
        // Compiling a megabyte of script costs more than interpreting the little of it that a chart runs.
        context.setInterpretedMode(true);
        context.setLanguageVersion(Context.VERSION_ES6);
        scope = context.initSafeStandardObjects();
        evaluate(HOST, "host");
        evaluate(Echarts.library(), "echarts.min.js");
        evaluate(Echarts.own("charts.js"), "charts.js");
    }

    /**
     * Draws one chart, dark ink on a white ground, with its legend.
     *
     * @param chart the chart
     * @param width width in pixels
     * @param height height in pixels
     * @return an SVG document
     */
    public String render(Chart chart, int width, int height) {
        ScriptableObject.putProperty(scope, "option", chart.option().toString());
        ScriptableObject.putProperty(scope, "width", width);
        ScriptableObject.putProperty(scope, "height", height);
        String svg = Context.toString(evaluate(DRAW, "draw"));
        return NUMBERED.matcher(FOR_LIVE_CHARTS.matcher(svg).replaceAll("")).replaceAll("");
    }

    private Object evaluate(String script, String name) {
        return context.evaluateString(scope, script, name, 1, null);
    }

    @Override
    public void close() {
        Context.exit();
    }
}
