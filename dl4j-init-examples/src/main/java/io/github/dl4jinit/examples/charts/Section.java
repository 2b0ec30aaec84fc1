package io.github.dl4jinit.examples.charts;

import java.util.List;

/**
 * A part of a {@link Page}: what is said, what is drawn and what is counted.
 *
 * @param title heading
 * @param paragraphs plain text before the charts
 * @param charts the charts, two beside each other where there is room
 * @param tables the tables after the charts
 */
public record Section(String title, List<String> paragraphs, List<Chart> charts, List<Table> tables) {

    /** Copies the lists. */
    public Section {
        paragraphs = List.copyOf(paragraphs);
        charts = List.copyOf(charts);
        tables = List.copyOf(tables);
    }
}
