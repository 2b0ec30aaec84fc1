package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.Scheme;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one task of {@link NtkInitializersStudy} showed.
 *
 * @param byStart numbers of {@link KernelExperiment#run} of each seed
 */
record Runs(Map<Scheme, List<double[]>> byStart) {

    /** Starts whose largest eigenvalue is within this factor of He's are the reasonable ones. */
    static final double REASONABLE = 10;

    /** One of the two trainings. */
    enum Rate {
        SHARED("shared", "one rate for all", 0),
        OWN("own", "each at half of its own stable rate", 1);

        private final String column;
        private final String title;
        private final int style;

        Rate(String column, String title, int style) {
            this.column = column;
            this.title = title;
            this.style = style;
        }

        String title() {
            return title;
        }

        int style() {
            return style;
        }

        /** The column of a number of this training, or of the start if it is one of the start. */
        String column(String number) {
            return KernelExperiment.COLUMNS.contains(number) ? number : column + "_" + number;
        }
    }

    List<Scheme> starts() {
        return List.copyOf(byStart.keySet());
    }

    List<Scheme> reasonable() {
        Scheme he = byStart.keySet().stream()
                .filter(start -> start.name().equals("he"))
                .findFirst()
                .orElseThrow();
        double size = median(he, "largest");
        return byStart.keySet().stream()
                .filter(start -> {
                    double ratio = median(start, "largest") / size;
                    return ratio >= 1 / REASONABLE && ratio <= REASONABLE;
                })
                .toList();
    }

    double median(Scheme start, String column) {
        return spread(start, column).median();
    }

    MedianAndRange spread(Scheme start, String column) {
        int place = KernelExperiment.COLUMNS.indexOf(column);
        return MedianAndRange.of(Objects.requireNonNull(byStart.get(start)).stream()
                .map(run -> run[place])
                .toList());
    }
}
