package io.github.dl4jinit.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.Writable;

/**
 * A user's own table: comma-separated, a row an example, features as numbers, the class in the last column.
 *
 * <p>A first line in which no feature is a number is taken for a header. Classes may be words or numbers and are put
 * in the order of their numbers, or else of the alphabet. Of each class, a fifth of the rows (rounded
 * down) goes to the test part, a fifth to the validation part and the rest to the training part, drawn with a fixed seed,
 * so that every run sees the same parts.
 */
public final class CsvTable {
    private static final long SPLIT_SEED = 20_100;
    private static final int PARTS = 5;

    private final Path file;
    private final Samples samples;
    private final List<String> classNames;

    private CsvTable(Path file, Samples samples, List<String> classNames) {
        this.file = file;
        this.samples = samples;
        this.classNames = classNames;
    }

    /**
     * Reads a table and cuts it into its three parts.
     *
     * @param file comma-separated values, UTF-8
     * @return the data, named after the file, every column standardised
     * @throws DataException if the file is missing or no such table; the message names the line
     */
    public static LabelledData read(Path file) {
        return parse(file, false).split();
    }

    Samples samples() {
        return samples;
    }

    List<String> classNames() {
        return classNames;
    }

    /** Reads a whole table, with its class in the first or in the last column. */
    static CsvTable parse(Path file, boolean classFirst) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + " is not a file. Check the path; a table has one example a line.");
        }
        List<float[]> rows = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        try (CSVRecordReader reader = new CSVRecordReader()) {
            reader.initialize(new FileSplit(file.toFile()));
            int columns = 0;
            for (int line = 1; reader.hasNext(); line++) {
                List<String> cells = cells(reader, file, line);
                if (cells.size() == 1 && cells.get(0).isEmpty()) {
                    continue;
                }
                columns = columns == 0 ? cells.size() : columns;
                if (cells.size() != columns || columns < 2) {
                    throw wrong(
                            file,
                            line,
                            "it has " + cells.size() + " columns, expected "
                                    + (columns < 2
                                            ? "at least 2, separated by commas"
                                            : columns + " as in the lines above"));
                }
                int classColumn = classFirst ? 0 : columns - 1;
                String label = cells.remove(classColumn);
                if (line == 1 && cells.stream().noneMatch(CsvTable::isNumber)) {
                    continue;
                }
                if (label.isEmpty()) {
                    throw wrong(file, line, "the class in column " + (classColumn + 1) + " is empty");
                }
                rows.add(numbers(cells, file, line, classFirst));
                labels.add(label);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("interrupted while reading " + file, e);
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
        return join(file, rows, labels);
    }

    private static List<String> cells(CSVRecordReader reader, Path file, int line) throws IOException {
        try {
            List<String> cells = new ArrayList<>();
            for (Writable cell : reader.next()) {
                String text = cell.toString().strip();
                cells.add(line == 1 && cells.isEmpty() ? withoutByteOrderMark(text) : text);
            }
            return cells;
        } catch (RuntimeException e) {
            // The reader wraps what its parser finds wrong, such as a quote that never closes.
            if (e.getCause() instanceof IOException cause) {
                throw wrong(file, line, String.valueOf(cause.getMessage()));
            }
            throw e;
        }
    }

    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static boolean isNumber(String cell) {
        try {
            return Float.isFinite(Float.parseFloat(cell));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static float[] numbers(List<String> cells, Path file, int line, boolean classFirst) {
        float[] row = new float[cells.size()];
        for (int i = 0; i < row.length; i++) {
            String cell = cells.get(i);
            if (!isNumber(cell)) {
                throw wrong(
                        file,
                        line,
                        "column " + (classFirst ? i + 2 : i + 1) + " is '" + cell + "', expected a finite number");
            }
            row[i] = Float.parseFloat(cell);
        }
        return row;
    }

    private static DataException wrong(Path file, int line, String what) {
        return new DataException(file + ", line " + line + ": " + what + ". Mend or remove the line.");
    }

    private static CsvTable join(Path file, List<float[]> rows, List<String> labels) {
        if (rows.isEmpty()) {
            throw new DataException(file + " has no rows. A table needs one example a line, the class last.");
        }
        List<String> classNames = sorted(labels);
        Map<String, Integer> numberOf = new HashMap<>();
        for (String name : classNames) {
            numberOf.put(name, numberOf.size());
        }
        Samples.Builder samples = new Samples.Builder();
        for (int row = 0; row < rows.size(); row++) {
            samples.add(rows.get(row), numberOf.getOrDefault(labels.get(row), -1));
        }
        return new CsvTable(file, samples.build(), classNames);
    }

    private LabelledData split() {
        if (classNames.size() < 2) {
            throw new DataException(file + " has only the class '" + classNames.get(0)
                    + "' in its last column; a classification needs at least 2.");
        }
        List<List<Integer>> rowsOf = new ArrayList<>();
        classNames.forEach(name -> rowsOf.add(new ArrayList<>()));
        for (int row = 0; row < samples.size(); row++) {
            rowsOf.get(samples.label(row)).add(row);
        }
        Random random = new Random(SPLIT_SEED);
        BitSet validation = new BitSet();
        BitSet test = new BitSet();
        for (List<Integer> rows : rowsOf) {
            if (rows.size() < PARTS) {
                throw new DataException(file + " has " + rows.size() + " rows of class '"
                        + classNames.get(samples.label(rows.get(0))) + "', needs at least " + PARTS
                        + ". Is the class in the last column? If so, add rows or drop the class.");
            }
            Collections.shuffle(rows, random);
            int part = rows.size() / PARTS;
            rows.subList(0, part).forEach(test::set);
            rows.subList(part, 2 * part).forEach(validation::set);
        }
        return Samples.standardised(
                String.valueOf(file.getFileName()),
                samples.where(row -> !validation.get(row) && !test.get(row)).shuffled(),
                samples.where(validation::get),
                samples.where(test::get),
                classNames,
                null);
    }

    private static List<String> sorted(List<String> labels) {
        Set<String> distinct = new LinkedHashSet<>(labels);
        Comparator<String> order = distinct.stream().allMatch(CsvTable::isNumber)
                ? Comparator.comparing(Float::valueOf)
                : Comparator.naturalOrder();
        return distinct.stream().sorted(order).toList();
    }
}
