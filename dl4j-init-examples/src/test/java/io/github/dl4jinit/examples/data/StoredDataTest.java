package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The real sets, against the counts of their provenance and against their files read by another route. */
class StoredDataTest {
    @Test
    void letter_ofTheRealFile_hasItsRowsInOrder() throws IOException {
        Path folder = RealData.with("letter-recognition");
        LabelledData data = StoredData.LETTER.load(RealData.only(folder));
        assertParts(data, 14_000, 2_000, 4_000);
        assertThat(data.inputs()).isEqualTo(16);
        assertThat(data.classNames()).hasSize(26).startsWith("A", "B", "C", "D").endsWith("Z");
        assertThat(totals(data)).startsWith(789, 766, 736, 805);

        List<String> lines = Files.readAllLines(folder.resolve("letter-recognition/letter-recognition.data"));
        double[] mean = new double[16];
        double[] square = new double[16];
        for (String line : lines.subList(0, 14_000)) {
            String[] cells = line.split(",", -1);
            for (int i = 0; i < 16; i++) {
                double value = Double.parseDouble(cells[i + 1]);
                mean[i] += value / 14_000;
                square[i] += value * value / 14_000;
            }
        }
        for (int row : new int[] {0, 1_999, 3_999}) {
            String[] cells = lines.get(16_000 + row).split(",", -1);
            assertThat(data.test().getLabels().getRow(row).argMax().getInt(0)).isEqualTo(cells[0].charAt(0) - 'A');
            for (int i = 0; i < 16; i++) {
                double expected =
                        (Double.parseDouble(cells[i + 1]) - mean[i]) / Math.sqrt(square[i] - mean[i] * mean[i]);
                assertThat(data.test().getFeatures().getDouble(row, i)).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void mnist_ofTheRealFiles_hasItsPicturesInOrder() throws IOException {
        Path folder = RealData.with("mnist");
        LabelledData data = StoredData.MNIST.load(RealData.only(folder));
        assertParts(data, 50_000, 10_000, 10_000);
        assertThat(data.image()).isEqualTo(new ImageShape(1, 28, 28));
        assertThat(counts(data.test())).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
        int[] official = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
        for (int digit = 0; digit < 10; digit++) {
            assertThat(counts(data.train())[digit] + counts(data.validation())[digit])
                    .isEqualTo(official[digit]);
        }

        byte[] pixels;
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(
                Files.newInputStream(folder.resolve("mnist/train-images-idx3-ubyte.gz")), 1 << 16))) {
            in.skipBytes(16);
            pixels = in.readAllBytes();
        }
        long sum = 0;
        long squares = 0;
        int training = 50_000 * 784;
        for (int i = 0; i < training; i++) {
            long value = pixels[i] & 255;
            sum += value;
            squares += value * value;
        }
        double mean = sum / (double) training;
        double deviation = Math.sqrt(squares / (double) training - mean * mean);
        for (int i = 0; i < 784; i++) {
            int value = pixels[50_007 * 784 + i] & 255;
            assertThat(data.validation().getFeatures().getDouble(7, i))
                    .isCloseTo((value - mean) / deviation, within(1e-4));
        }
        show(data);
    }

    @Test
    void coil20_ofTheRealFiles_hasFortyEightTrainingPosesOfEachObject() throws IOException {
        LabelledData data = StoredData.COIL20.load(RealData.only(RealData.with("coil-20")));
        assertParts(data, 960, 240, 240);
        assertThat(counts(data.train())).hasSize(20).containsOnly(48);
        assertThat(counts(data.validation())).containsOnly(12);
        assertThat(counts(data.test())).containsOnly(12);
        assertThat(data.image()).isEqualTo(new ImageShape(1, 32, 32));
        assertThat(IntStream.of(labelsOf(data.train(), 64)).distinct().count()).isGreaterThan(15);
        show(data);
    }

    @Test
    void monkey10_ofTheRealZip_hasTheCountsOfItsFolders() throws IOException {
        LabelledData data = StoredData.MONKEY10.load(RealData.only(RealData.with("monkey-10")));
        assertThat(counts(data.test())).containsExactly(26, 28, 27, 30, 26, 28, 26, 28, 27, 26);
        int[] training = {105, 111, 110, 122, 105, 113, 106, 114, 106, 106};
        for (int species = 0; species < 10; species++) {
            assertThat(counts(data.train())[species] + counts(data.validation())[species])
                    .isEqualTo(training[species]);
            assertThat(counts(data.validation())[species]).isEqualTo(training[species] / 5);
        }
        assertThat(data.image()).isEqualTo(new ImageShape(3, 64, 64));
        show(data);
    }

    @Test
    void cifar10_ofTheRealSheets_hasTheirLabelsAndPlausibleColours() throws IOException {
        LabelledData data = StoredData.CIFAR10.load(RealData.only(RealData.with("cifar-10-subset")));
        assertParts(data, 2_500, 500, 1_000);
        assertThat(counts(data.test())).containsExactly(103, 89, 100, 103, 90, 86, 112, 102, 106, 109);
        assertThat(labelsOf(data.train(), 5)).containsExactly(6, 9, 9, 4, 1);
        assertThat(labelsOf(data.test(), 4)).containsExactly(3, 8, 8, 0);
        INDArray images = data.asImages(data.train()).getFeatures();
        assertThat(images.shape()).containsExactly(2_500, 3, 32, 32);
        for (int channel = 0; channel < 3; channel++) {
            INDArray plane = images.get(NDArrayIndex.all(), NDArrayIndex.point(channel));
            assertThat(plane.meanNumber().doubleValue()).isCloseTo(0, within(1e-3));
            assertThat(plane.stdNumber().doubleValue()).isCloseTo(1, within(1e-3));
        }
        show(data);
    }

    @Test
    void load_withoutTheFile_namesItAndTheRemedy(@TempDir Path empty) {
        for (StoredData set : List.of(StoredData.MONKEY10, StoredData.CIFAR10)) {
            assertThatThrownBy(() -> set.load(RealData.only(empty)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(empty.toString())
                    .hasMessageContaining("cannot be downloaded")
                    .hasMessageContaining("docs/data.md");
        }
    }

    @Test
    void named_ofAStranger_listsTheSets() {
        assertThat(StoredData.named("coil20")).isEqualTo(StoredData.COIL20);
        assertThatThrownBy(() -> StoredData.named("emnist"))
                .hasMessage("no data set 'emnist', choose one of letter, mnist, coil20, monkey10, cifar10");
    }

    /** A sheet in target/ to be looked at. */
    private static void show(LabelledData data) throws IOException {
        ImageShape shape = Objects.requireNonNull(data.image());
        Path file = Path.of("target", data.name() + ".png");
        ContactSheet.write(data.train().getFeatures().get(NDArrayIndex.interval(0, 64)), shape, file);
        assertThat(Files.size(file)).isPositive();
    }

    private static void assertParts(LabelledData data, int train, int validation, int test) {
        assertThat(data.train().numExamples()).isEqualTo(train);
        assertThat(data.validation().numExamples()).isEqualTo(validation);
        assertThat(data.test().numExamples()).isEqualTo(test);
    }

    private static int[] counts(DataSet part) {
        return part.getLabels().sum(0).toIntVector();
    }

    private static int[] totals(LabelledData data) {
        return data.train()
                .getLabels()
                .sum(0)
                .add(data.validation().getLabels().sum(0))
                .add(data.test().getLabels().sum(0))
                .toIntVector();
    }

    private static int[] labelsOf(DataSet part, int count) {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = part.getLabels().getRow(i).argMax().getInt(0);
        }
        return labels;
    }
}
