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
     * @param epochs epochs of all runs together
     * @param terminal whether a person watches
     * @return the display, to be closed at the end
     */
    static TrainingProgress show(int epochs, boolean terminal) {
        return terminal ? new Bar(epochs) : new Lines(epochs, System.err);
    }

    /** A live bar. */
    final class Bar implements TrainingProgress {

        private final ProgressBar bar;

        Bar(int epochs) {
            bar = new ProgressBarBuilder()
                    .setTaskName("Training")
                    .setInitialMax(epochs)
                    .setUnit(" epochs", 1)
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

        private final int epochs;
        private final PrintStream out;
        private final long began = System.nanoTime();
        private int done;
        private int tenths;

        Lines(int epochs, PrintStream out) {
            this.epochs = epochs;
            this.out = out;
        }

        @Override
        public synchronized void epochs(int count) {
            done += count;
            int reached = (int) (10L * done / epochs);
            if (reached > tenths) {
                tenths = reached;
                double seconds = (System.nanoTime() - began) / 1e9;
                out.printf(
                        Locale.ROOT,
                        "Training: %d of %d epochs, %.0f s, about %.0f s left%n",
                        done,
                        epochs,
                        seconds,
                        seconds * (epochs - done) / done);
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
