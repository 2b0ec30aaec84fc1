package io.github.dl4jinit.listener;

import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.internal.training.ParallelStart;
import io.github.dl4jinit.internal.training.TrainingStep;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Initializes a network on the first minibatch of {@code fit}, so that the first update is exactly the one that a network
 * initialized beforehand on that minibatch would make.
 *
 * <pre>{@code
 * network.setListeners(new InitializingListener(Lsuv.defaults()));
 * network.fit(data);
 * }</pre>
 *
 * <p>It works in every overload of {@code fit}, for MultiLayerNetwork and ComputationGraph. When DL4J has computed the
 * first gradient, the listener initializes the network from that minibatch, winds the random generator back to where it
 * stood before the forward pass, so that dropout draws the same masks, and has the gradient computed again. The first
 * iteration therefore takes the time of three or four and the memory of another copy of the network. <b>Attach it
 * before other listeners</b>: they see {@code onForwardPass} and {@code onBackwardPass} twice in the first iteration, and those before it
 * see {@code onGradientCalculation} with the gradient that is then replaced. Under truncated backpropagation through time the
 * first minibatch is its first segment.
 *
 * <p>A MultiLayerNetwork forgets the mask of the features if no layer keeps it, as behind LSTMs with a mask of the labels. What counts is then told from the
 * mask of the labels and from zeros at the end of the features, here and by hand alike. Where padding is neither zero nor unlabelled, initialize by hand.
 *
 * <p>A network that has been trained (iteration or epoch count above zero, as after {@code ModelSerializer.restore}) is
 * left alone, which is logged once; {@link #evenIfTrained} initializes it anyway. A network built by {@code TransferLearning} or imported
 * from Keras says that it has not been trained: freeze what it has learned, or name the new layers to the initializer. Layers that {@code pretrain} has
 * trained keep what they have learned: the first {@code fit} initializes the others. DL4J does not show listeners the network while it pretrains, so
 * initialize by hand before that.
 *
 * <p>If the initializer throws, {@code fit} throws, and the parameters are what they were. Several listeners run in their order, the last one decides.
 * Several networks may share a listener, in several threads, and {@link #reports} has the report of each. Under a {@code ParallelWrapper} all workers
 * initialize their copies from the minibatch of the first worker, and so get the same start. The clone of a ComputationGraph has the listeners of its original, that of
 * a MultiLayerNetwork has none: give it some. {@code toComputationGraph()} forgets the seed of the configuration, so that initializers draw other numbers.
 * DL4J fits a network without parameters by doing nothing, and calls no listener. After its one run the listener costs a comparison of
 * references per iteration.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class InitializingListener extends BaseTrainingListener {

    private static final Logger LOG = LoggerFactory.getLogger(InitializingListener.class);

    private final NetworkInitializer initializer;
    private final boolean touchTrained;
    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private final List<InitReport> reports = new CopyOnWriteArrayList<>();
    private final ParallelStart parallel = new ParallelStart();
    private volatile boolean hasRemarked;
    /** A network trains in one thread, so what one callback leaves here is for the next of the same network. */
    @SuppressWarnings("ThreadLocalUsage") // Per listener, not per class: two listeners on one network must not mix.
    private final ThreadLocal<@Nullable TrainingStep> step = new ThreadLocal<>();

    /** A network that this listener has seen, and what was done to it. It does not keep the network in memory. */
    private static final class Visit {

        private final WeakReference<Model> network;
        private volatile @Nullable InitReport report;

        Visit(WeakReference<Model> network) {
            this.network = network;
        }
    }

    /**
     * A listener that initializes untrained networks.
     *
     * @param initializer what to run on the first minibatch
     */
    public InitializingListener(NetworkInitializer initializer) {
        this(initializer, false);
    }

    private InitializingListener(NetworkInitializer initializer, boolean touchTrained) {
        this.initializer = initializer;
        this.touchTrained = touchTrained;
    }

    /**
     * A listener that initializes a network even if it has been trained: what it has learned is lost.
     *
     * @param initializer what to run on the next minibatch
     * @return the listener
     */
    public static InitializingListener evenIfTrained(NetworkInitializer initializer) {
        return new InitializingListener(initializer, true);
    }

    /** {@return what the last run did: the report, or empty if no minibatch has come yet or the network had been trained} */
    public Optional<InitReport> report() {
        return reports.isEmpty() ? Optional.empty() : Optional.of(reports.get(reports.size() - 1));
    }

    /**
     * What was done to one of the networks that share this listener.
     *
     * @param network the network
     * @return the report, or empty if no minibatch of it has come yet or it had been trained
     */
    public Optional<InitReport> report(Model network) {
        return visit(network).map(visit -> visit.report);
    }

    /** {@return what was done to all networks that share this listener: a report for each network that was initialized, in their order} */
    public List<InitReport> reports() {
        return List.copyOf(reports);
    }

    @Override
    public void onBackwardPass(Model model) {
        if (!hasSeen(model)) {
            TrainingStep.of(model).ifPresent(step::set);
            TrainingStep.expectGradient(model);
        }
    }

    @Override
    public void onGradientCalculation(Model model) {
        if (TrainingStep.iterations(model) < 0) {
            remarkOnPretraining();
            return;
        }
        TrainingStep current = hasSeen(model) ? null : step.get();
        if (current == null || current.model() != model) {
            return;
        }
        step.remove();
        Visit visit = new Visit(new WeakReference<>(model));
        visits.removeIf(other -> other.network.refersTo(null));
        // Before the network is initialized, since computing its gradient again calls this listener again.
        visits.add(visit);
        try {
            initialize(current, visit);
        } catch (RuntimeException | Error e) {
            visits.remove(visit);
            throw e;
        }
    }

    private boolean hasSeen(Model model) {
        return visit(model).isPresent();
    }

    private Optional<Visit> visit(Model model) {
        return visits.stream().filter(visit -> visit.network.refersTo(model)).findFirst();
    }

    private void initialize(TrainingStep step, Visit visit) {
        if (step.hasTrained() && !touchTrained) {
            if (!ParallelStart.isCopy()) {
                LOG.warn(
                        "The network has been trained already (iteration {}, epoch {}), so it is left as it is."
                                + " To initialize it all the same, use InitializingListener.evenIfTrained.",
                        step.iterations(),
                        step.epochs());
            }
            return;
        }
        MultiDataSet batch = parallel.batchFor(step).orElse(null);
        if (batch == null) {
            return;
        }
        Set<String> pretrained = touchTrained ? Set.of() : step.pretrained();
        if (pretrained.isEmpty()) {
            step.redoAfter(model -> note(visit, initializer.initialize(model, batch)));
        } else {
            step.redoKeepingPretrained(model -> note(visit, keeping(pretrained, initializer.initialize(model, batch))));
        }
    }

    private void note(Visit visit, InitReport report) {
        visit.report = report;
        if (!ParallelStart.isCopy()) {
            reports.add(report);
        }
    }

    /** Names the true reason why pretrained layers, which the initializer has found frozen, were left alone. */
    private static InitReport keeping(Set<String> pretrained, InitReport report) {
        List<LayerReport> layers = report.layers().stream()
                .map(line -> pretrained.contains(line.layer()) && line.outcome() == Outcome.SKIPPED
                        ? LayerReport.skipped(line.weight(), "pretrained: it keeps what it has learned")
                        : line)
                .toList();
        return new InitReport(report.initializer(), layers, report.pairs(), report.stages(), report.seconds());
    }

    /** DL4J shows a layer in pretraining and not its network. */
    private void remarkOnPretraining() {
        if (!hasRemarked) {
            hasRemarked = true;
            LOG.warn(
                    "A layer is being pretrained as it is: listeners are not shown the network then. To initialize it before, call"
                            + " initialize(network, batch) of the initializer and then pretrain. The first fit after it will initialize the"
                            + " layers that have not been pretrained, and no others.");
        }
    }
}
