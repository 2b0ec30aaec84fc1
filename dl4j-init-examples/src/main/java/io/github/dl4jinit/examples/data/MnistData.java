package io.github.dl4jinit.examples.data;

import java.util.stream.IntStream;

/** MNIST: handwritten digits, 28x28 grey. */
final class MnistData {
    static final DataFile TRAIN_IMAGES =
            file("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609");
    static final DataFile TRAIN_LABELS =
            file("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c");
    static final DataFile TEST_IMAGES =
            file("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6");
    static final DataFile TEST_LABELS =
            file("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6");

    private static final ImageShape IMAGE = new ImageShape(1, 28, 28);
    private static final int DIGITS = 10;
    private static final int VALIDATION = 10_000;

    private MnistData() {}

    private static DataFile file(String name, String sha256) {
        return DataFile.at(
                "mnist",
                name,
                Checksum.sha256(sha256),
                "https://ossci-datasets.s3.amazonaws.com/mnist/" + name,
                "https://storage.googleapis.com/cvdf-datasets/mnist/" + name);
    }

    /** 50,000, 10,000 and 10,000: the last 10,000 of the official training part validate. */
    static LabelledData read(DataFolder folder) {
        Samples train = IdxFile.samples(folder.file(TRAIN_IMAGES), folder.file(TRAIN_LABELS), IMAGE, DIGITS);
        Samples test = IdxFile.samples(folder.file(TEST_IMAGES), folder.file(TEST_LABELS), IMAGE, DIGITS);
        int trainEnd = train.size() - VALIDATION;
        if (trainEnd < 1) {
            throw DataException.damaged(
                    folder.file(TRAIN_IMAGES), "it has " + train.size() + " images, expected more than " + VALIDATION);
        }
        return Samples.standardized(
                "mnist",
                train.where(row -> row < trainEnd),
                train.where(row -> row >= trainEnd),
                test,
                IntStream.range(0, DIGITS).mapToObj(String::valueOf).toList(),
                IMAGE);
    }
}
