package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.examples.data.CsvTable;
import io.github.dl4jinit.examples.data.DataFolder;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.examples.data.StoredData;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Option;

/** The part of the command line that says what to train on. */
final class DataOptions {

    private static final int SHAPESET_TRAIN = 5000;
    private static final int SHAPESET_TEST = 1000;
    private static final long SEED = 1;

    @Option(
            names = "--data",
            arity = "1..2",
            paramLabel = "SET",
            description = "shapeset (generated, default), letter, mnist, coil20, monkey10, cifar10, or: csv FILE")
    private List<String> data = List.of("shapeset");

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description = "folder of the data files (default: the environment variable " + DataFolder.VARIABLE
                    + ", else they are downloaded once)")
    private @Nullable Path dataDir;

    @Option(
            names = "--train",
            paramLabel = "N",
            description = "train on N examples, drawn with a fixed seed (default: " + SHAPESET_TRAIN
                    + " of shapeset, all of other data)")
    private @Nullable Integer train;

    /** Checks what can be checked without reading anything. */
    void check() {
        boolean csv = data.get(0).equals("csv");
        if (csv && data.size() < 2) {
            throw new IllegalArgumentException("--data csv needs a file: --data csv my-table.csv");
        }
        if (!csv && data.size() > 1) {
            throw new IllegalArgumentException("--data " + data.get(0) + " takes no file, got " + data.get(1));
        }
        if (!csv && !data.get(0).equals("shapeset")) {
            StoredData.named(data.get(0));
        }
        if (train != null && train < 1) {
            throw new IllegalArgumentException("--train must be >= 1, got " + train);
        }
    }

    LabelledData load() {
        return switch (data.get(0)) {
            case "shapeset" ->
                new Shapeset(SEED).sample(train == null ? SHAPESET_TRAIN : train, SHAPESET_TEST, SHAPESET_TEST);
            case "csv" -> limited(CsvTable.read(Path.of(data.get(1))));
            default -> limited(StoredData.named(data.get(0)).load(DataFolder.locate(dataDir)));
        };
    }

    /** The data in words, with the sizes that are used. */
    String describe(LabelledData loaded) {
        return String.format(
                Locale.ROOT,
                "%s, %d training and %d test examples of %d features, %d classes",
                loaded.name(),
                loaded.train().numExamples(),
                loaded.test().numExamples(),
                loaded.inputs(),
                loaded.classes());
    }

    private LabelledData limited(LabelledData all) {
        int n = all.train().numExamples();
        if (train == null || train >= n) {
            return all;
        }
        int[] chosen = new Random(SEED).ints(0, n).distinct().limit(train).toArray();
        DataSet part = Rows.take(all.train(), chosen);
        return new LabelledData(all.name(), part, all.validation(), all.test(), all.classNames(), all.image());
    }
}
