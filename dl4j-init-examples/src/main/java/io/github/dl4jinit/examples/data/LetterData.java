package io.github.dl4jinit.examples.data;

import java.nio.file.Path;

/** UCI Letter Recognition: 16 measures of a printed capital letter, the class in the first column. */
final class LetterData {
    static final DataFile FILE = DataFile.at(
            "letter-recognition",
            "letter-recognition.data",
            Checksum.sha256("2b89f3602cf768d3c8355267d2f13f2417809e101fc2b5ceee10db19a60de6e2"),
            "https://archive.ics.uci.edu/ml/machine-learning-databases/letter-recognition/letter-recognition.data");

    private static final int ROWS = 20_000;
    private static final int COLUMNS = 16;
    private static final int LETTERS = 26;
    private static final int TRAIN_END = 14_000;
    private static final int VALIDATION_END = 16_000;

    private LetterData() {}

    /** The usual 16,000 and 4,000, in the file's order; the last 2,000 of the 16,000 validate. */
    static LabelledData read(DataFolder folder) {
        Path file = folder.file(FILE);
        CsvTable table = CsvTable.parse(file, true);
        Samples all = table.samples();
        if (all.size() != ROWS || all.inputs() != COLUMNS || table.classNames().size() != LETTERS) {
            throw DataException.damaged(
                    file,
                    "it has " + all.size() + " rows, " + all.inputs() + " features and "
                            + table.classNames().size() + " letters, expected " + ROWS + ", " + COLUMNS + " and "
                            + LETTERS);
        }
        return Samples.standardized(
                "letter",
                all.where(row -> row < TRAIN_END),
                all.where(row -> row >= TRAIN_END && row < VALIDATION_END),
                all.where(row -> row >= VALIDATION_END),
                table.classNames(),
                null);
    }
}
