package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/** Small made-up files, whole and damaged. */
class ImageFilesTest {
    private static final ImageShape SMALL = new ImageShape(1, 2, 3);

    @TempDir
    private Path folder;

    private Path idx(String name, byte[] values, int... shape) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
        bytes.putInt(0x800 | shape.length);
        for (int length : shape) {
            bytes.putInt(length);
        }
        return Files.write(folder.resolve(name), bytes.put(values).array());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void idx_plainAndZipped_readsUnsignedBytes() throws IOException {
        byte[] pixels = {0, 1, 2, 3, 4, (byte) 255, 6, 7, 8, 9, 10, (byte) 128};
        Path images = idx("images", pixels, 2, 2, 3);
        Path labels = idx("labels", new byte[] {1, 0}, 2);
        Path zipped = Files.write(folder.resolve("images.gz"), gzip(Files.readAllBytes(images)));
        for (Path file : new Path[] {images, zipped}) {
            Samples samples = IdxFile.samples(file, labels, SMALL, 2);
            assertThat(samples.size()).isEqualTo(2);
            assertThat(samples.feature(0, 5)).isEqualTo(255);
            assertThat(samples.feature(1, 5)).isEqualTo(128);
            assertThat(samples.label(0)).isEqualTo(1);
        }
    }

    @Test
    void idx_damaged_namesTheFileAndTheRemedy() throws IOException {
        Path good = idx("good", new byte[12], 2, 2, 3);
        byte[] whole = gzip(Files.readAllBytes(good));
        Path labels = idx("labels", new byte[] {1, 0}, 2);
        assertDamaged("cut", gzipped -> Arrays.copyOf(gzipped, gzipped.length - 12), whole, "ends inside");
        assertDamaged("header", gzipped -> Arrays.copyOf(gzipped, 8), whole, "ends inside");
        assertDamaged("bits", ImageFilesTest::flipped, whole, "compression is broken");
        byte[] plain = Files.readAllBytes(good);
        assertDamaged("short", bytes -> Arrays.copyOf(bytes, bytes.length - 1), plain, "only 11");
        assertDamaged("long", bytes -> Arrays.copyOf(bytes, bytes.length + 1), plain, "it has more");
        assertDamaged(
                "html", bytes -> "<html>not found".getBytes(StandardCharsets.US_ASCII), plain, "starts with 3c68746d");
        assertDamaged(
                "axis", bytes -> ByteBuffer.wrap(bytes.clone()).putInt(4, -1).array(), plain, "axis 0 has length -1");
        assertThatThrownBy(() -> IdxFile.read(folder.resolve("absent.gz")))
                .hasMessageContaining("absent.gz does not exist")
                .hasMessageContaining("docs/data.md");
        assertThatThrownBy(() -> IdxFile.samples(good, labels, new ImageShape(1, 3, 3), 2))
                .hasMessageContaining("it has shape [2, 2, 3], not [n, 3, 3]");
        assertThatThrownBy(() -> IdxFile.samples(good, labels, SMALL, 1))
                .hasMessageContaining("label 0 is 1, not below 1");
        assertThatThrownBy(() -> IdxFile.samples(good, idx("three", new byte[3], 3), SMALL, 2))
                .hasMessageContaining("it has shape [3], but good has 2 images");
    }

    private static byte[] flipped(byte[] gzipped) {
        byte[] broken = gzipped.clone();
        Arrays.fill(broken, 10, 16, (byte) 0xff);
        return broken;
    }

    private void assertDamaged(String name, UnaryOperator<byte[]> damage, byte[] bytes, String reason)
            throws IOException {
        Path file = Files.write(folder.resolve(name), damage.apply(bytes));
        assertThatThrownBy(() -> IdxFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + " is damaged: ")
                .hasMessageContaining(reason)
                .hasMessageContaining("Delete it and get it again");
    }

    /** 25 images of known blocks, so that each mean is known, in turn: 20 x 72 make an official COIL-20 zip. */
    @Test
    void coil20_ofAnOfficialZip_averagesFourByFour() throws IOException {
        Path set = Files.createDirectories(folder.resolve("coil-20"));
        float[][] blocks = new float[25][1024];
        byte[][] pngs = new byte[25][];
        Random random = new Random(1);
        for (int i = 0; i < 25; i++) {
            for (int block = 0; block < 1024; block++) {
                blocks[i][block] = 1 + random.nextInt(254);
            }
            pngs[i] = checkeredPng(blocks[i]);
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(set.resolve("coil-20-proc.zip")))) {
            for (int row = 0; row < 1440; row++) {
                zip.putNextEntry(new ZipEntry("coil-20-proc/obj" + (row / 72 + 1) + "__" + row % 72 + ".png"));
                zip.write(pngs[row % 25]);
            }
        }
        DataSet all = Coil20Data.readZip(set.resolve("coil-20-proc.zip")).toDataSet(20);
        int[] labels = all.getLabels().argMax(1).toIntVector();
        float[][] features = all.getFeatures().toFloatMatrix();
        assertThat(features).hasDimensions(1440, 1024);
        for (int row = 0; row < 1440; row++) {
            assertThat(labels[row]).isEqualTo(row / 72);
            assertThat(features[row]).isEqualTo(blocks[row % 25]);
        }
        assertThat(StoredData.COIL20.load(RealData.only(folder)).train().numExamples())
                .isEqualTo(960);
    }

    /** Each block of 4 x 4 pixels alternates between its mean minus 1 and plus 1. */
    private static byte[] checkeredPng(float[] blocks) throws IOException {
        BufferedImage image = new BufferedImage(128, 128, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 128 * 128; p++) {
            int x = p % 128;
            int y = p / 128;
            int checkered = (x + y) % 2 == 0 ? 1 : -1;
            image.getRaster().setSample(x, y, 0, (int) blocks[y / 4 * 32 + x / 4] + checkered);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    @Test
    void coil20_ofAZipThatLacksPictures_isDamaged() throws IOException {
        Path zip = Files.createDirectories(folder.resolve("coil-20")).resolve("coil-20-proc.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("coil-20-proc/obj1__0.png"));
            ImageIO.write(new BufferedImage(128, 128, BufferedImage.TYPE_BYTE_GRAY), "png", out);
        }
        assertThatThrownBy(() -> StoredData.COIL20.load(RealData.only(folder)))
                .hasMessageContaining("it has 1 images, expected 1440");
    }

    private Path monkeyZip(int training) throws IOException {
        Path zip = Files.createDirectories(folder.resolve("monkey-10")).resolve("archive.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int species = 0; species < 10; species++) {
                for (int i = 0; i < training + 1; i++) {
                    String part = i < training ? "training" : "validation";
                    out.putNextEntry(new ZipEntry(part + "/" + part + "/n" + species + "/p" + i + ".png"));
                    BufferedImage image = new BufferedImage(96, 130, BufferedImage.TYPE_INT_RGB);
                    for (int p = 0; p < 96 * 130; p++) {
                        image.setRGB(p % 96, p / 96, (10 * i) << 16 | (20 * species) << 8 | (p % 96));
                    }
                    ImageIO.write(image, "png", out);
                }
            }
        }
        return zip;
    }

    /** In Kaggle's layout, and of another size and shape: the blue ramp 0, 1, 2, ... has means 0.75 * 2 k + 0.25. */
    @Test
    void monkey10_ofKagglesZip_isReducedByArea() throws IOException {
        monkeyZip(10);
        LabelledData data = StoredData.MONKEY10.load(RealData.only(folder));
        assertThat(data.train().numExamples()).isEqualTo(80);
        assertThat(data.validation().numExamples()).isEqualTo(20);
        assertThat(data.test().numExamples()).isEqualTo(10);
        double[] blue = data.test().getFeatures().getRow(3).toDoubleVector();
        double step = blue[2 * 4096 + 2] - blue[2 * 4096];
        // Pixel k of 64 covers 1.5 k to 1.5 k + 1.5: the mean of 0 (whole) and 1 (half) is 1/3, of 1 (half) and 2 is
        // 5/3.
        assertThat((blue[2 * 4096 + 1] - blue[2 * 4096]) / step).isCloseTo((5 / 3.0 - 1 / 3.0) / 3, within(1e-5));
        assertThat(blue[2 * 4096 + 64 * 63]).isEqualTo(blue[2 * 4096]);
    }

    @Test
    void monkey10_damaged_namesTheZipAndTheReason() throws IOException {
        Path zip = monkeyZip(4);
        assertThatThrownBy(() -> StoredData.MONKEY10.load(RealData.only(folder)))
                .hasMessageStartingWith(zip + " is damaged: it has 4 images in training/n0 and 1 in validation/n0");
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> StoredData.MONKEY10.load(RealData.only(folder)))
                .hasMessageStartingWith(zip + " is damaged: it is no complete zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("training/n0/a.jpg"));
            out.write("no image".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> StoredData.MONKEY10.load(RealData.only(folder)))
                .hasMessageContaining("its image training/n0/a.jpg is neither JPEG nor PNG");
    }

    @Test
    void cifar10_damaged_namesTheFileAndTheReason() throws IOException {
        Path set = Files.createDirectories(folder.resolve("cifar-10-subset"));
        Path png = set.resolve("cifar10_batch_0.png");
        Path labels = set.resolve("cifar10_batch_0.labels.txt");
        ImageIO.write(new BufferedImage(1024, 999, BufferedImage.TYPE_INT_RGB), "png", png.toFile());
        Files.writeString(labels, "1\n".repeat(999) + "ten\n");
        assertCifarRefusal("the image is 1024 x 999, expected 1024 x 1000");
        ImageIO.write(new BufferedImage(1024, 1000, BufferedImage.TYPE_INT_RGB), "png", png.toFile());
        assertCifarRefusal("line 1000 is 'ten', expected 0 to 9");
        Files.writeString(labels, "1\n".repeat(10));
        assertCifarRefusal("it has 10 lines, expected 1000");
        byte[] bytes = Files.readAllBytes(png);
        Files.write(png, Arrays.copyOf(bytes, bytes.length / 2));
        assertCifarRefusal("the image cannot be decoded");
    }

    private void assertCifarRefusal(String reason) {
        assertThatThrownBy(() -> StoredData.CIFAR10.load(RealData.only(folder)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cifar10_batch_0")
                .hasMessageContaining(reason);
    }

    @Test
    void zip_withAFlippedBit_isDamaged() throws IOException {
        Path zip = folder.resolve("one.zip");
        byte[] png = checkeredPng(new float[1024]);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            ZipEntry entry = new ZipEntry("obj1__0.png");
            CRC32 sum = new CRC32();
            sum.update(png);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(png.length);
            entry.setCrc(sum.getValue());
            out.putNextEntry(entry);
            out.write(png);
        }
        byte[] bytes = Files.readAllBytes(zip);
        bytes[30 + "obj1__0.png".length() + png.length - 30] ^= 1;
        Files.write(zip, bytes);
        assertThatThrownBy(() -> Coil20Data.readZip(zip))
                .hasMessageContaining("its image obj1__0.png does not match its checksum");
    }

    @Test
    void read_ofAPalette_givesColours() throws IOException {
        byte[] reds = {10, 20};
        byte[] greens = {30, 40};
        byte[] blues = {50, (byte) 200};
        BufferedImage image = new BufferedImage(
                2, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, reds, greens, blues));
        image.getRaster().setSample(1, 0, 0, 1);
        Path png = folder.resolve("palette.png");
        ImageIO.write(image, "png", png.toFile());
        assertThat(ImageFiles.features(ImageFiles.read(png), new ImageShape(3, 1, 2)))
                .containsExactly(10, 20, 30, 40, 50, 200);
    }
}
