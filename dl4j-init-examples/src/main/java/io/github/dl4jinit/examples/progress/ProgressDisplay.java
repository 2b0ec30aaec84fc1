package io.github.dl4jinit.examples.progress;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;

/**
 * Shows on the standard error stream how far a task has come: a bar with the time left where someone watches, one line for every
 * tenth of the way where the output goes to a file. May be told from several threads.
 */
public interface ProgressDisplay extends AutoCloseable {

    /**
     * More is done.
     *
     * @param count how much, in the unit of the display
     */
    void advance(long count);

    @Override
    void close();

    /**
     * A display for whoever watches this process. Picocli's test knows what {@code System.console()} means in newer versions of Java.
     *
     * @param task what goes on, such as "Training"
     * @param unit what is counted, such as "epochs"
     * @param total how many there will be; -1 if nobody knows
     * @return the display, to be closed at the end
     */
    static ProgressDisplay show(String task, String unit, long total) {
        return CommandLine.Help.Ansi.AUTO.enabled()
                ? new Bar(task, unit, total)
                : new Lines(task, unit, total, System.err);
    }

    /** A live bar. */
    final class Bar implements ProgressDisplay {

        private final ProgressBar bar;

        Bar(String task, String unit, long total) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUnit(" " + unit, 1)
                    .setUpdateIntervalMillis(250)
                    .setStyle(ProgressBarStyle.ASCII)
                    .build();
        }

        @Override
        public void advance(long count) {
            bar.stepBy(count);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Ten lines at most. */
    final class Lines implements ProgressDisplay {

        private final String task;
        private final String unit;
        private final long total;
        private final PrintStream out;
        private final long began = System.nanoTime();
        private long done;
        private long tenths;

        Lines(String task, String unit, long total, PrintStream out) {
            this.task = task;
            this.unit = unit;
            this.total = total;
            this.out = out;
        }

        @Override
        public synchronized void advance(long count) {
            done += count;
            long reached = total > 0 ? 10 * done / total : 0;
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
