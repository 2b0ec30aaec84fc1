package io.github.dl4jinit.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of networks in which a rule fires.
 *
 * @param failed how many of the study's failed to train
 * @param fired in how many of the study's it fired; 0 if the study says nothing
 * @param certain why no study is needed, or null
 */
record Experience(int failed, int fired, @Nullable String certain) {

    static Experience counted(int failed, int fired) {
        return new Experience(failed, fired, null);
    }

    static Experience certain(String why) {
        return new Experience(0, 0, why);
    }

    static Experience none() {
        return new Experience(0, 0, null);
    }

    /** The proportion of networks with this finding that fail to train; 0 if nothing is known. */
    double risk() {
        if (certain != null) {
            return 1;
        }
        return fired == 0 ? 0 : (double) failed / fired;
    }

    String predicts() {
        if (certain != null) {
            return certain;
        }
        return fired == 0
                ? "the study did not count how many networks with this finding fail to train: its bound is a judgement"
                : String.format(
                        Locale.ROOT,
                        "of the study's held-out networks with this finding %d of %d failed to train",
                        failed,
                        fired);
    }
}
