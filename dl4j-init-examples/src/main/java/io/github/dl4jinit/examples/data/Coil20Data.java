package io.github.dl4jinit.examples.data;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * COIL-20: 20 objects on a turntable, a image every 5 degrees, reduced to 32x32 grey. Two forms are read: a pair of IDX
 * files, object by object and pose by pose, and the official zip of 128x128 PNGs.
 */
final class Coil20Data {
    private static final String FOLDER = "coil-20";
    private static final ImageShape IMAGE = new ImageShape(1, 32, 32);
    private static final int OBJECTS = 20;
    private static final int POSES = 72;
    private static final int ORIGINAL_SIDE = 128;
    private static final Pattern PNG = Pattern.compile("(?:.*/)?obj(\\d{1,4})__(\\d{1,4})\\.png");

    private static final String HINT =
            "the IDX files come in a pair; remove the other one to have the official zip fetched";

    static final DataFile IMAGES = DataFile.byHand(FOLDER, "coil20-images-idx3-ubyte.gz", HINT);
    static final DataFile LABELS = DataFile.byHand(FOLDER, "coil20-labels-idx1-ubyte.gz", HINT);

    /** The SHA-256 of the official zip is not published; its MD5 is recorded by two independent projects. */
    static final DataFile ZIP = DataFile.at(
            FOLDER,
            "coil-20-proc.zip",
            Checksum.md5("464dec76a6abfcd00e8de6cf1e7d0acc"),
            "https://www.cs.columbia.edu/CAVE/databases/SLAM_coil-20_coil-100/coil-20/coil-20-proc.zip");

    private Coil20Data() {}

    static LabelledData read(DataFolder folder) {
        @Nullable Path images = folder.find(IMAGES);
        Path file = images == null ? folder.file(ZIP) : images;
        Samples all = images == null ? readZip(file) : IdxFile.samples(images, folder.file(LABELS), IMAGE, OBJECTS);
        if (all.size() != OBJECTS * POSES) {
            throw DataException.damaged(file, "it has " + all.size() + " images, expected " + OBJECTS * POSES);
        }
        return split(all);
    }

    static Samples readZip(Path zip) {
        SortedMap<Integer, float[]> rows = new TreeMap<>();
        ImageFiles.visitZip(zip, PNG, (name, pixels) -> {
            int object = Integer.parseInt(name.group(1)) - 1;
            int pose = Integer.parseInt(name.group(2));
            if (object < 0 || object >= OBJECTS || pose >= POSES) {
                throw DataException.damaged(zip, name.group() + " is no image of object 1 to 20 in pose 0 to 71");
            }
            ImageFiles.checkSize(zip, name.group(), pixels, ORIGINAL_SIDE, ORIGINAL_SIDE);
            rows.put(object * POSES + pose, ImageFiles.features(pixels, IMAGE));
        });
        if (rows.isEmpty()) {
            throw DataException.damaged(zip, "it has no image named obj1__0.png or the like");
        }
        Samples.Builder samples = new Samples.Builder();
        rows.forEach((row, features) -> samples.add(features, row / POSES));
        return samples.build();
    }

    /**
     * Of every six successive poses the third validates and the sixth tests; the other four train. Every test pose has a
     * training pose 5 degrees beside it, so this asks for interpolation, and a good network gets nearly all right.
     */
    private static LabelledData split(Samples all) {
        IntPredicate validation = row -> row % 6 == 2;
        IntPredicate test = row -> row % 6 == 5;
        return Samples.standardized(
                "coil20",
                all.where(validation.or(test).negate()).shuffled(),
                all.where(validation),
                all.where(test),
                IntStream.rangeClosed(1, OBJECTS)
                        .mapToObj(object -> "object " + object)
                        .toList(),
                IMAGE);
    }
}
