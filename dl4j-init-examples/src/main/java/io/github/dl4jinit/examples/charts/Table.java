package io.github.dl4jinit.examples.charts;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of finished text: the first column names the row, the others hold values.
 *
 * @param head the column headings
 * @param rows the rows, each as wide as the head
 */
public record Table(List<String> head, List<List<String>> rows) {

    /** Checks that every row is as wide as the head. */
    public Table {
        head = List.copyOf(head);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != head.size()) {
                throw new IllegalArgumentException("a row of a table with " + head.size() + " columns must have as many"
                        + " cells, got " + row.size() + ": " + row);
            }
        }
    }

    /**
     * The table in fixed-width text for a terminal: the first column flush left, the others flush right.
     *
     * @return lines, each ended by a line break
     */
    public String toText() {
        List<List<String>> lines = new ArrayList<>(List.of(head));
        lines.addAll(rows);
        int[] widths = IntStream.range(0, head.size())
                .map(column -> lines.stream()
                        .mapToInt(l -> l.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        String rule = "-".repeat(IntStream.of(widths).sum() + 2 * (widths.length - 1)) + "\n";
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            text.append(toText(line, widths)).append('\n');
            if (text.indexOf("\n") == text.length() - 1) {
                text.append(rule);
            }
        }
        return text.toString();
    }

    private static String toText(List<String> line, int[] widths) {
        return IntStream.range(0, line.size())
                .mapToObj(column -> {
                    String cell = line.get(column);
                    String space = " ".repeat(widths[column] - cell.length());
                    return column == 0 ? cell + space : space + cell;
                })
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
