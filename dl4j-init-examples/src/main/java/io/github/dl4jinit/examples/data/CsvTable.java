package io.github.dl4jinit.examples.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

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
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();

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
     * @return the data, named after the file, every column standardized
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
        long line = 0;
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, FORMAT)) {
            int columns = 0;
            for (CSVRecord row : parser) {
                List<String> cells = new ArrayList<>(row.toList());
                line = parser.getCurrentLineNumber();
                boolean first = columns == 0;
                if (first) {
                    cells.set(0, withoutByteOrderMark(cells.get(0)));
                    columns = cells.size();
                }
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
                if (first && cells.stream().noneMatch(CsvTable::isNumber)) {
                    continue;
                }
                if (label.isEmpty()) {
                    throw wrong(file, line, "the class in column " + (classColumn + 1) + " is empty");
                }
                rows.add(numbers(cells, file, line, classFirst));
                labels.add(label);
            }
        } catch (UncheckedIOException e) {
            // What the parser finds wrong, such as a quote that never closes.
            throw wrong(
                    file,
                    line + 1,
                    String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
        return join(file, rows, labels);
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

    private static float[] numbers(List<String> cells, Path file, long line, boolean classFirst) {
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

    private static DataException wrong(Path file, long line, String what) {
        return new DataException(file + ", line " + line + ": " + what + ". Fix or remove the line.");
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
        return Samples.standardized(
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
