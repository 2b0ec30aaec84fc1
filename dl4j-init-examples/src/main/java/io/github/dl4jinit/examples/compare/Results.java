package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.compare.RunResult.EpochResult;
import io.github.dl4jinit.examples.compare.RunResult.LayerVariance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Everything that was measured, and where it came from. As JSON it reads back equal; NaN and infinity, which JSON does not
 * have, are the strings "NaN", "Infinity" and "-Infinity".
 *
 * @param facts settings, versions, machine
 * @param runs the runs in the order of the plan
 */
public record Results(Facts facts, List<RunResult> runs) {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

    /** Copies the list. */
    public Results {
        runs = List.copyOf(runs);
    }

    /**
     * Reads what {@link #writeJson} wrote.
     *
     * @param file a JSON file
     * @return the results
     */
    public static Results readJson(Path file) {
        try {
            return MAPPER.readValue(file.toFile(), Results.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read results from " + file, e);
        }
    }

    /**
     * Writes everything.
     *
     * @param file the JSON file, which is replaced
     */
    public void writeJson(Path file) {
        try {
            MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Writes losses and accuracies, a row for each epoch of each run.
     *
     * @param file the CSV file, which is replaced
     */
    public void writeEpochs(Path file) {
        write(file, csv -> {
            csv.printRecord(
                    "network", "scheme", "seed", "outcome", "epoch", "train_loss", "test_loss", "test_accuracy");
            for (RunResult run : runs) {
                for (EpochResult e : run.epochs()) {
                    csv.printRecord(
                            run.network(),
                            run.scheme(),
                            run.seed(),
                            run.outcome(),
                            e.epoch(),
                            e.trainLoss(),
                            e.testLoss(),
                            e.testAccuracy());
                }
            }
        });
    }

    /**
     * Writes the variances of the hidden layers before training, a row for each layer of each run.
     *
     * @param file the CSV file, which is replaced
     */
    public void writeStart(Path file) {
        write(file, csv -> {
            csv.printRecord("network", "scheme", "seed", "position", "layer", "variance");
            for (RunResult run : runs) {
                int position = 0;
                for (LayerVariance layer : run.start()) {
                    csv.printRecord(
                            run.network(), run.scheme(), run.seed(), ++position, layer.layer(), layer.variance());
                }
            }
        });
    }

    private interface Rows {
        void print(CSVPrinter csv) throws IOException;
    }

    private static void write(Path file, Rows rows) {
        try (CSVPrinter csv = new CSVPrinter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), CSV)) {
            rows.print(csv);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
