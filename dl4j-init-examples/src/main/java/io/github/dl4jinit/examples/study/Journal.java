package io.github.dl4jinit.examples.study;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The raw numbers of a study: a CSV file that grows row by row while it runs, and from which a study that was stopped goes on.
 *
 * <p>A row is a key, the day and the commit that it was measured at, and its numbers, rounded to single precision. A row whose
 * numbers are fewer than the columns leaves the last ones empty. May be used from several threads.
 */
public final class Journal {

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

    private final Path file;
    private final int keys;
    private final Provenance provenance = Provenance.now();
    private final Map<List<String>, double[]> rows = new LinkedHashMap<>();
    private final TreeSet<String> origins = new TreeSet<>();

    private Journal(Path file, int keys) {
        this.file = file;
        this.keys = keys;
    }

    /**
     * Opens a journal, with what is in it.
     *
     * @param file the CSV file, which is made if there is none
     * @param keys names of the columns that tell a row from all others
     * @param values names of the columns of numbers
     * @return the journal
     * @throws IllegalArgumentException if the file has other columns
     */
    public static Journal open(Path file, List<String> keys, List<String> values) {
        List<String> head = new ArrayList<>(keys);
        head.addAll(List.of("date", "commit"));
        head.addAll(values);
        Journal journal = new Journal(file, keys.size());
        try {
            if (Files.exists(file)) {
                journal.read(head);
            } else {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, line(head));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the raw numbers in " + file, e);
        }
        return journal;
    }

    private void read(List<String> head) throws IOException {
        dropUnfinishedLine();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            boolean first = true;
            for (CSVRecord row : CSV.parse(in)) {
                if (first && !row.toList().equals(head)) {
                    throw new IllegalArgumentException(file + " has the columns " + row.toList()
                            + ", this study writes " + head + ": delete the file or name another folder");
                }
                if (!first) {
                    remember(row.toList());
                }
                first = false;
            }
        }
    }

    /** What a process that was killed while it wrote leaves behind. */
    private void dropUnfinishedLine() throws IOException {
        String text = Files.readString(file);
        if (!text.endsWith("\n")) {
            Files.writeString(file, text.substring(0, text.lastIndexOf('\n') + 1));
        }
    }

    private void remember(List<String> row) {
        origins.add(row.get(keys) + ", commit " + row.get(keys + 1));
        rows.put(
                List.copyOf(row.subList(0, keys)),
                row.subList(keys + 2, row.size()).stream()
                        .filter(cell -> !cell.isEmpty())
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }

    /**
     * The numbers of one row: those that are written down, otherwise what the work gives, which is then written down.
     *
     * @param key tells the row from all others
     * @param work measures the numbers
     * @return the numbers, rounded to single precision
     */
    public double[] row(List<String> key, Supplier<double[]> work) {
        double[] known = find(key);
        if (known != null) {
            return known;
        }
        return write(key, work.get());
    }

    /**
     * The numbers of one row, if they are written down.
     *
     * @param key tells the row from all others
     * @return the numbers, or empty if this row was not measured yet
     */
    public Optional<double[]> known(List<String> key) {
        return Optional.ofNullable(find(key));
    }

    private synchronized double @Nullable [] find(List<String> key) {
        if (key.size() != keys) {
            throw new IllegalArgumentException("a key has " + keys + " parts, got " + key);
        }
        return rows.get(key);
    }

    private synchronized double[] write(List<String> key, double[] numbers) {
        List<String> row = new ArrayList<>(key);
        row.add(provenance.date());
        row.add(provenance.commit());
        IntStream.range(0, numbers.length).forEach(i -> row.add(Float.toString((float) numbers[i])));
        try {
            Files.writeString(file, line(row), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot add a row to " + file, e);
        }
        remember(row);
        return Objects.requireNonNull(rows.get(key));
    }

    private static String line(List<String> cells) throws IOException {
        StringWriter text = new StringWriter();
        try (CSVPrinter csv = new CSVPrinter(text, CSV)) {
            csv.printRecord(cells);
        }
        return text.toString();
    }

    /**
     * Days and commits of all rows.
     *
     * @return such as "2026-03-31, commit 1a2b3c4", sorted
     */
    public synchronized List<String> origins() {
        return List.copyOf(origins);
    }

    /**
     * Where the numbers are.
     *
     * @return the CSV file
     */
    public Path file() {
        return file;
    }
}
