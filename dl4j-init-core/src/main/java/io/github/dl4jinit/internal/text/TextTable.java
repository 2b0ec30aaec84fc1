package io.github.dl4jinit.internal.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A table for terminals: columns as wide as their widest cell, numbers to the right, words to the left. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /**
     * Starts a table.
     *
     * @param heads the heads of its columns
     */
    public TextTable(String... heads) {
        rows.add(heads.clone());
    }

    /**
     * Adds a row.
     *
     * @param cells one per column
     * @return this table
     */
    public TextTable row(String... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(
                    "the table has " + rows.get(0).length + " columns, the row has " + cells.length + " cells");
        }
        rows.add(cells.clone());
        return this;
    }

    /**
     * A number of a cell, to four digits.
     *
     * @param value null or NaN if there is none
     * @return the number, or "" if there is none
     */
    public static String number(@Nullable Double value) {
        return value == null || value.isNaN() ? "" : String.format(Locale.ROOT, "%.4g", value);
    }

    /** {@return the table, each row ended by a line break} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                String padding = " ".repeat(width(column) - row[column].length());
                line.append(column == 0 ? "" : GAP);
                line.append(isNumeric(column) ? padding + row[column] : row[column] + padding);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.stream()
                .skip(1)
                .map(row -> row[column])
                .allMatch(cell -> cell.isEmpty() || cell.matches("[-+]?[0-9.,]+(e[-+]?[0-9]+)?|NaN|-?Infinity"));
    }
}
