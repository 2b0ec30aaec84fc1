package io.github.dl4jinit.examples.data;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * 10 Monkey Species: photographs, reduced to 64x64 in colour. Two zips are read: one of images that are reduced already,
 * and Kaggle's own of full size. In both the folders {@code training} and {@code validation} hold {@code n0} to {@code
 * n9}.
 */
final class Monkey10Data {
    private static final String HINT =
            "it needs an account. Sign in at kaggle.com, get slothkong/10-monkey-species and put"
                    + " its archive.zip into monkey-10/ of the data folder or of the cache (docs/data.md)";

    static final DataFile REDUCED = DataFile.byHand("monkey-10", "monkey10-64x64-jpg.zip", HINT);

    /** Kaggle gives nothing without an account, so that this has no address; its button saves under this name. */
    static final DataFile KAGGLE = DataFile.byHand("monkey-10", "archive.zip", HINT);

    private static final ImageShape IMAGE = new ImageShape(3, 64, 64);
    private static final int VALIDATION_EVERY = 5;
    private static final Pattern PICTURE =
            Pattern.compile("(?:.*/)?(training|validation)/n(\\d)/[^/]+\\.(?:jpe?g|png)");
    private static final List<String> SPECIES = List.of(
            "mantled howler",
            "patas monkey",
            "bald uakari",
            "japanese macaque",
            "pygmy marmoset",
            "white-headed capuchin",
            "silvery marmoset",
            "common squirrel monkey",
            "black-headed night monkey",
            "nilgiri langur");

    private Monkey10Data() {}

    /** The folder {@code validation} tests; every fifth image of each species of {@code training} validates. */
    static LabelledData read(DataFolder folder) {
        @Nullable Path original = folder.find(KAGGLE);
        Path zip = original != null && folder.find(REDUCED) == null ? original : folder.file(REDUCED);
        Samples.Builder training = new Samples.Builder();
        Samples.Builder test = new Samples.Builder();
        BitSet validation = new BitSet();
        ImageFiles.visitZip(zip, PICTURE, (name, pixels) -> {
            int species = Integer.parseInt(name.group(2));
            if ("validation".equals(name.group(1))) {
                test.add(ImageFiles.features(pixels, IMAGE), species);
                return;
            }
            training.add(ImageFiles.features(pixels, IMAGE), species);
            if (training.count(species) % VALIDATION_EVERY == 0) {
                validation.set(training.size() - 1);
            }
        });
        for (int species = 0; species < SPECIES.size(); species++) {
            if (training.count(species) < VALIDATION_EVERY || test.count(species) == 0) {
                throw DataException.damaged(
                        zip,
                        "it has " + training.count(species) + " images in training/n"
                                + species + " and " + test.count(species) + " in validation/n" + species
                                + ", needs at least " + VALIDATION_EVERY + " and 1");
            }
        }
        Samples pictures = training.build();
        return Samples.standardized(
                "monkey10",
                pictures.where(row -> !validation.get(row)).shuffled(),
                pictures.where(validation::get),
                test.build(),
                SPECIES,
                IMAGE);
    }
}
