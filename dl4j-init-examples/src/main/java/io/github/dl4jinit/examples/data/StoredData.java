package io.github.dl4jinit.examples.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The data sets that come from files, by the names that the command line takes.
 *
 * <p>They are read from the folder that the user names, else from the cache, else they are downloaded; docs/data.md has
 * their sources, licences and splits.
 */
public enum StoredData {
    /** UCI Letter Recognition: 16 features, 26 classes, 14,000 + 2,000 + 4,000. */
    LETTER(LetterData::read),
    /** MNIST: 28x28 grey, 10 classes, 50,000 + 10,000 + 10,000. */
    MNIST(MnistData::read),
    /** COIL-20: 32x32 grey, 20 classes, 960 + 240 + 240. */
    COIL20(Coil20Data::read),
    /** 10 Monkey Species: 64x64 in colour, 10 classes, about 880 + 220 + 270. */
    MONKEY10(Monkey10Data::read),
    /** A part of CIFAR-10: 32x32 in colour, 10 classes, 2,500 + 500 + 1,000. */
    CIFAR10(Cifar10Data::read);

    // A method reference without state, which Function cannot say of itself.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<DataFolder, LabelledData> reader;

    StoredData(Function<DataFolder, LabelledData> reader) {
        this.reader = reader;
    }

    /**
     * The set of this name.
     *
     * @param id as on the command line, such as {@code letter}
     * @return the set
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static StoredData named(String id) {
        return Arrays.stream(values())
                .filter(set -> set.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no data set '" + id + "', choose one of "
                        + Arrays.stream(values()).map(StoredData::id).collect(Collectors.joining(", "))));
    }

    /**
     * What the command line calls it.
     *
     * @return the name in lower case
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the set, downloading it first if it must be and can be.
     *
     * @param folder where its files are
     * @return the set, standardized
     * @throws DataException if a file is missing or damaged; the message names it and the remedy
     */
    public LabelledData load(DataFolder folder) {
        return reader.apply(folder);
    }
}
