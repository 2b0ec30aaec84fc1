package io.github.dl4jinit.examples.compare;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a plan has come: a bar with the time left where someone watches, one line for every tenth of the way
 * where the output goes to a file.
 */
public interface TrainingProgress extends Runner.Progress, AutoCloseable {

    @Override
    void close();

    /**
     * A display on the standard error stream.
     *
     * @param task what goes on, such as "Training"
     * @param unit what is counted, such as "epochs"
     * @param total how many there will be
     * @param terminal whether a person watches
     * @return the display, to be closed at the end
     */
    static TrainingProgress show(String task, String unit, int total, boolean terminal) {
        return terminal ? new Bar(task, unit, total) : new Lines(task, unit, total, System.err);
    }

    /** A live bar. */
    final class Bar implements TrainingProgress {

        private final ProgressBar bar;

        Bar(String task, String unit, int total) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUnit(" " + unit, 1)
                    .setUpdateIntervalMillis(250)
                    .setStyle(ProgressBarStyle.ASCII)
                    .build();
        }

        @Override
        public void epochs(int count) {
            bar.stepBy(count);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Eleven lines at most. */
    final class Lines implements TrainingProgress {

        private final String task;
        private final String unit;
        private final int total;
        private final PrintStream out;
        private final long began = System.nanoTime();
        private int done;
        private int tenths;

        Lines(String task, String unit, int total, PrintStream out) {
            this.task = task;
            this.unit = unit;
            this.total = total;
            this.out = out;
        }

        @Override
        public synchronized void epochs(int count) {
            done += count;
            int reached = (int) (10L * done / total);
            if (reached > tenths) {
                tenths = reached;
                double seconds = (System.nanoTime() - began) / 1e9;
                out.printf(
                        Locale.ROOT,
                        "%s: %d of %d %s, %.0f s, about %.0f s left%n",
                        task,
                        done,
                        total,
                        unit,
                        seconds,
                        seconds * (total - done) / done);
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
