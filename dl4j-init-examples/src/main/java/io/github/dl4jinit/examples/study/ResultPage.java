package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.SvgRenderer;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Facts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The results of a study in Markdown: NAME.md, and a folder NAME beside it with the pictures and the raw numbers.
 *
 * <p>On top stands the reading, which is prose that a person wrote after seeing the numbers; it is a resource, {@code readings/NAME.md}.
 * So that it does not outlive the numbers, the page says which of its numbers are in none of the tables.
 */
public final class ResultPage {

    private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+");
    private static final int WIDTH = 720;

    private final String name;
    private final String title;
    private final String reading;
    private final StringBuilder body = new StringBuilder();
    private final Map<String, Chart> pictures = new LinkedHashMap<>();
    private final Set<String> numbers = new LinkedHashSet<>();

    private ResultPage(String name, String title, String reading) {
        this.name = name;
        this.title = title;
        this.reading = reading.strip();
    }

    /**
     * The page of a study, with its reading from {@code readings/NAME.md} among the resources.
     *
     * @param name name of the study, of the page's file and of its folder, without an ending
     * @param title heading
     * @return a page without tables
     */
    public static ResultPage of(String name, String title) {
        return of(name, title, reading(name));
    }

    /** With another reading than that of the resources. */
    static ResultPage of(String name, String title, String reading) {
        return new ResultPage(name, title, reading);
    }

    /** What a person wrote after seeing the numbers: paragraphs of Markdown. */
    static String reading(String name) {
        String file = "readings/" + name + ".md";
        try (InputStream stream = Objects.requireNonNull(ResultPage.class.getResourceAsStream(file), file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + file, e);
        }
    }

    /**
     * Where a study of this name keeps its raw numbers.
     *
     * @param folder the folder of the pages
     * @param name name of the study
     * @return the CSV file that the page links to
     */
    public static Path rawNumbers(Path folder, String name) {
        return folder.resolve(name).resolve("raw.csv");
    }

    /**
     * Adds a heading.
     *
     * @param heading a line of text
     * @return this page
     */
    public ResultPage heading(String heading) {
        body.append("## ").append(heading).append("\n\n");
        return this;
    }

    /**
     * Adds a paragraph, such as what the columns of the next table are.
     *
     * @param markdown text that the study made of its settings and numbers
     * @return this page
     */
    public ResultPage paragraph(String markdown) {
        body.append(markdown.strip()).append("\n\n");
        return this;
    }

    /**
     * Adds a table.
     *
     * @param table finished text
     * @return this page
     */
    public ResultPage table(Table table) {
        row(table.head());
        body.append("|---").append("|--:".repeat(table.head().size() - 1)).append("|\n");
        table.rows().forEach(this::row);
        body.append('\n');
        table.rows().forEach(row -> row.forEach(cell -> numbers.addAll(numbersIn(cell))));
        return this;
    }

    private void row(List<String> cells) {
        body.append(cells.stream().map(ResultPage::escape).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static String escape(String cell) {
        return cell.replace("|", "\\|").replace("<", "&lt;");
    }

    /**
     * Adds a picture.
     *
     * @param file name of the SVG file, without its ending
     * @param chart what to draw
     * @return this page
     */
    public ResultPage chart(String file, Chart chart) {
        if (pictures.putIfAbsent(file, chart) != null) {
            throw new IllegalArgumentException("two pictures are named " + file);
        }
        body.append("![")
                .append(chart.title())
                .append("](")
                .append(name)
                .append('/')
                .append(file)
                .append(".svg)\n\n");
        return this;
    }

    /**
     * Writes the page and its pictures; older ones are replaced.
     *
     * @param folder the folder of the pages
     * @param facts command, settings and machine
     * @param journal the raw numbers
     */
    public void write(Path folder, Facts facts, Journal journal) {
        try {
            Files.createDirectories(folder.resolve(name));
            Files.writeString(folder.resolve(name + ".md"), toMarkdown(facts, journal));
            try (SvgRenderer renderer = new SvgRenderer()) {
                for (Map.Entry<String, Chart> picture : pictures.entrySet()) {
                    Files.writeString(
                            folder.resolve(name).resolve(picture.getKey() + ".svg"),
                            renderer.render(
                                    picture.getValue(),
                                    WIDTH,
                                    picture.getValue().height()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the page " + name + " to " + folder, e);
        }
    }

    private String toMarkdown(Facts facts, Journal journal) {
        StringBuilder page = new StringBuilder();
        page.append("# ").append(title).append("\n\n").append(reading).append("\n\n");
        List<String> unsupported = unsupported();
        if (!unsupported.isEmpty()) {
            page.append("**The text above was written for another run: it names ")
                    .append(String.join(", ", unsupported))
                    .append(", and the tables below do not.**\n\n");
        }
        page.append(body);
        page.append("## How to run it again\n\n    ").append(facts.command()).append("\n\n");
        page.append("Measured ")
                .append(String.join("; ", journal.origins()))
                .append(". Every number: [")
                .append(journal.file().getFileName())
                .append("](")
                .append(name)
                .append('/')
                .append(journal.file().getFileName())
                .append(").\n\n");
        facts(page, "setting", facts.settings());
        facts(page, "machine", facts.machine());
        return page.toString().stripTrailing() + "\n";
    }

    private static void facts(StringBuilder page, String what, Map<String, String> values) {
        page.append("| ").append(what).append(" | |\n|---|---|\n");
        values.forEach((key, value) -> page.append("| ")
                .append(escape(key))
                .append(" | ")
                .append(escape(value))
                .append(" |\n"));
        page.append('\n');
    }

    /** Numbers with a decimal point: small whole ones are layers, seeds and years. */
    private static Set<String> numbersIn(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<String> unsupported() {
        return numbersIn(reading).stream()
                .filter(number -> !numbers.contains(number))
                .toList();
    }
}
