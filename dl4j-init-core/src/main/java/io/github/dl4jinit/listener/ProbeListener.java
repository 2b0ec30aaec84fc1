package io.github.dl4jinit.listener;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.training.TrainingStep;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Measures a network while it is trained, by a {@link Probe} at the iterations of a {@link Schedule}.
 *
 * <pre>{@code
 * ProbeListener probe = new ProbeListener(Probe.defaults(), Schedule.logarithmic(3));
 * network.setListeners(probe);
 * network.fit(data, 10);
 * String csv = ProbeReport.toCsv(probe.reports());
 * }</pre>
 *
 * <p>It works in every overload of {@code fit}, for MultiLayerNetwork and ComputationGraph. It looks at the parameters before the
 * update of the iteration, on the minibatch or on a batch of its own, which makes iterations comparable. Training goes on bit for bit as without
 * it: the measurement runs on a copy, and ND4J's random generator is put back. An iteration that is not in the schedule costs one call of the
 * schedule; one that is costs what the probe costs, and the memory of a copy. Attach it after an {@link InitializingListener}, so that
 * iteration 0 shows the initialized network. Under truncated backpropagation through time each segment is an iteration, and is measured from empty recurrent states.
 *
 * <p>Several networks may share a listener, in several threads; their reports are in one list.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class ProbeListener extends BaseTrainingListener {

    private final Probe probe;
    private final Schedule schedule;
    private final @Nullable MultiDataSet batch;
    private final List<ProbeReport> reports = new CopyOnWriteArrayList<>();
    /** A network trains in one thread, so what one callback leaves here is for the next of the same network. */
    @SuppressWarnings("ThreadLocalUsage") // Per listener, not per class: two listeners on one network must not mix.
    private final ThreadLocal<@Nullable TrainingStep> step = new ThreadLocal<>();

    /**
     * A listener that looks at the minibatch of the iteration.
     *
     * @param probe what to measure
     * @param schedule when
     */
    public ProbeListener(Probe probe, Schedule schedule) {
        this(probe, schedule, null);
    }

    private ProbeListener(Probe probe, Schedule schedule, @Nullable MultiDataSet batch) {
        this.probe = probe;
        this.schedule = schedule;
        this.batch = batch;
    }

    /**
     * A listener that looks at the same batch each time.
     *
     * @param probe what to measure
     * @param schedule when
     * @param batch features, and labels if gradients are wanted; not changed
     * @return the listener
     */
    public static ProbeListener onBatch(Probe probe, Schedule schedule, MultiDataSet batch) {
        return new ProbeListener(probe, schedule, batch);
    }

    /** {@return what has been measured so far: a report for each iteration that was looked at, in their order} */
    public List<ProbeReport> reports() {
        return List.copyOf(reports);
    }

    @Override
    public void onBackwardPass(Model model) {
        if (schedule.fires(TrainingStep.iterations(model))) {
            TrainingStep.of(model).ifPresent(step::set);
        }
    }

    @Override
    public void onGradientCalculation(Model model) {
        TrainingStep current = step.get();
        if (current != null && current.model() == model) {
            step.remove();
            reports.add(probe.measure(model, batch == null ? current.batch() : batch, TrainingStep.iterations(model)));
        }
    }

    /** At which iterations something is to be done; iteration i is the one before which i updates have been made. */
    @FunctionalInterface
    public interface Schedule {

        /**
         * Whether it is time.
         *
         * @param iteration updates made so far
         * @return true if it is
         */
        boolean fires(int iteration);

        /**
         * Iterations 0, n, 2n, ...
         *
         * @param n at least 1
         * @return the schedule
         */
        static Schedule every(int n) {
            Bounds.atLeast("n", n, 1);
            return iteration -> iteration % n == 0;
        }

        /**
         * These iterations and no others.
         *
         * @param iterations each at least 0
         * @return the schedule
         */
        static Schedule at(int... iterations) {
            Set<Integer> chosen = Arrays.stream(iterations).boxed().collect(Collectors.toUnmodifiableSet());
            chosen.forEach(i -> Bounds.atLeast("an iteration", i, 0));
            return chosen::contains;
        }

        /**
         * Iteration 0 and then equal ratios: the whole numbers nearest to 10^(k / perDecade), k = 0, 1, ...
         *
         * @param perDecade how many between 10^k and 10^(k+1), at least 1; where whole numbers are fewer, each of them
         * @return the schedule
         */
        static Schedule logarithmic(int perDecade) {
            Bounds.atLeast("perDecade", perDecade, 1);
            return iteration -> {
                if (iteration <= 1) {
                    return iteration >= 0;
                }
                long nearest = Math.round(Math.log10(iteration) * perDecade);
                return Math.round(Math.pow(10, nearest / (double) perDecade)) == iteration;
            };
        }
    }
}
