package io.github.dl4jinit.examples.charts;

import java.util.List;
import java.util.stream.Stream;

/**
 * One HTML page that needs nothing but itself: script, style and data are inside, and its own security policy forbids
 * the browser to fetch anything. A legend at the top switches curves on and off in all its charts at once; light or dark
 * follows the reader's system.
 *
 * @param title heading
 * @param lead first paragraph
 * @param sections the parts, in order
 * @param details tables of settings, folded away at the end of the page
 */
public record Page(String title, String lead, List<Section> sections, List<Table> details) {

    /** Copies the lists. */
    public Page {
        sections = List.copyOf(sections);
        details = List.copyOf(details);
    }

    /**
     * The page as text.
     *
     * @return an HTML document, to be stored as UTF-8
     */
    public String toHtml() {
        StringBuilder html = new StringBuilder(1 << 21);
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; \
                style-src 'unsafe-inline'; img-src data:">
                """);
        html.append("<title>").append(escape(title)).append("</title>\n");
        html.append("<style>\n").append(Echarts.own("page.css")).append("</style>\n</head>\n<body>\n");
        html.append("<header><h1>")
                .append(escape(title))
                .append("</h1>\n<p class=\"lead\">")
                .append(escape(lead))
                .append("</p></header>\n");
        legend(html);
        html.append("<main>\n");
        sections.forEach(section -> section(html, section));
        details(html);
        html.append("</main>\n<noscript><p>The charts need JavaScript; the tables do not.</p></noscript>\n");
        script(html, Echarts.library());
        script(html, Echarts.own("charts.js"));
        script(html, Echarts.own("page.js"));
        return html.append("</body>\n</html>\n").toString();
    }

    private void legend(StringBuilder html) {
        List<LegendEntry> entries = sections.stream()
                .flatMap(s -> s.charts().stream())
                .flatMap(c -> c.legend().stream())
                .toList();
        List<String> names = entries.stream().map(LegendEntry::name).distinct().toList();
        html.append("<nav class=\"legend\" aria-label=\"Curves to show\">\n");
        for (String name : names) {
            LegendEntry first = entries.stream()
                    .filter(e -> e.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            html.append("<button type=\"button\" aria-pressed=\"true\" data-curve=\"")
                    .append(escape(name))
                    .append("\"><span class=\"swatch\" style=\"border-top-color:")
                    .append(Palette.colour(first.style()))
                    .append(";border-top-style:")
                    .append(Palette.dash(first.style()))
                    .append("\"></span>")
                    .append(escape(name))
                    .append("</button>\n");
        }
        html.append("</nav>\n");
    }

    private static void section(StringBuilder html, Section section) {
        html.append("<section>\n<h2>").append(escape(section.title())).append("</h2>\n");
        section.paragraphs().forEach(p -> html.append("<p>").append(escape(p)).append("</p>\n"));
        html.append("<div class=\"charts\">\n");
        for (Chart chart : section.charts()) {
            html.append("<figure><div class=\"chart\" style=\"height:")
                    .append(chart.height())
                    .append("px\"></div><script type=\"application/json\">")
                    // Inside a script element only "</" and "<!" could end or change it; in JSON both may be escaped.
                    .append(chart.option().toString().replace("<", "\\u003c"))
                    .append("</script></figure>\n");
        }
        html.append("</div>\n");
        section.tables().forEach(t -> table(html, t));
        html.append("</section>\n");
    }

    private void details(StringBuilder html) {
        html.append("<details>\n<summary>Settings, machine and how to run it again</summary>\n");
        details.forEach(t -> table(html, t));
        html.append("</details>\n");
    }

    private static void table(StringBuilder html, Table table) {
        html.append("<div class=\"table\"><table>\n<thead>");
        row(html, table.head(), "th");
        html.append("</thead>\n<tbody>\n");
        table.rows().forEach(r -> row(html, r, "td"));
        html.append("</tbody>\n</table></div>\n");
    }

    private static void row(StringBuilder html, List<String> cells, String tag) {
        html.append("<tr>");
        Stream<String> escaped = cells.stream().map(Page::escape);
        escaped.forEach(c -> html.append('<')
                .append(tag)
                .append('>')
                .append(c)
                .append("</")
                .append(tag)
                .append('>'));
        html.append("</tr>\n");
    }

    private static void script(StringBuilder html, String script) {
        if (script.contains("</script")) {
            throw new IllegalStateException("a script that holds its own end tag cannot be put into a page");
        }
        html.append("<script>\n").append(script).append("\n</script>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
