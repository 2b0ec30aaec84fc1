package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.Dl4jNetwork;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of an initializer over a network. All initializers of this package are built on it; authors of others build on it too, and
 * get the promises of {@link NetworkInitializer} from it:
 *
 * <ul>
 *   <li>the work sees a copy of the model, and the model gets the finished parameters in one step at the end: if anything throws, it
 *       is bit for bit what it was. Frozen layers, word vectors that were given and the updater's state are never written;
 *   <li>while it works, {@code Nd4j.getRandom()} is seeded with the network's own seed, and afterwards it is as it was found, also if
 *       anything throws: one seed, the same bits;
 *   <li>the report names the initializer, holds the work's lines and the time taken; if a layer did not converge, it is logged once, as
 *       a warning.
 * </ul>
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class InitializationPass {

    private static final Logger LOG = LoggerFactory.getLogger(InitializationPass.class);

    private InitializationPass() {}

    /**
     * Runs an initializer.
     *
     * @param name of the initializer, for the report
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param work changes the weights of the copy that it is given, and returns a line for each layer; the copy is closed afterwards
     * @return what was done, layer by layer
     * @throws IllegalStateException if the network has not been init()ed
     */
    public static InitReport run(String name, Model model, Function<NetworkView, List<LayerReport>> work) {
        return runOnCopy(name, model, Set.of(), work::apply);
    }

    /**
     * Refuses a batch that the network cannot take, for initializers that may be given one and do not need it.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features for every input
     * @throws IllegalArgumentException if the batch is null, empty, not finite, or does not fit the network's first layers
     * @throws IllegalStateException if the network has not been init()ed
     */
    public static void requireBatch(Model model, MultiDataSet batch) {
        Batches.validate(batch, Dl4jNetwork.of(model));
    }

    /** The same for work that needs derivatives, or a batch, which is checked first. */
    static InitReport runOnCopy(
            String name, Model model, MultiDataSet batch, Function<NetworkCopy, List<LayerReport>> work) {
        return runOnCopy(name, model, batch, Set.of(), work);
    }

    /** The same, where weights that were given may be replaced in layers that are asked for by name. */
    static InitReport runOnCopy(
            String name,
            Model model,
            MultiDataSet batch,
            Set<String> asked,
            Function<NetworkCopy, List<LayerReport>> work) {
        requireBatch(model, batch);
        return runOnCopy(name, model, asked, work);
    }

    private static InitReport runOnCopy(
            String name, Model model, Set<String> asked, Function<NetworkCopy, List<LayerReport>> work) {
        long start = System.nanoTime();
        InitReport report;
        try (NetworkCopy network = NetworkCopy.toInitialize(model, asked)) {
            List<LayerReport> layers = RandomState.seeded(network.seed(), () -> work.apply(network));
            network.commit();
            report = new InitReport(name, layers, (System.nanoTime() - start) / 1e9);
        }
        if (!report.converged()) {
            LOG.warn("Not every layer converged.{}{}", System.lineSeparator(), report);
        }
        return report;
    }
}
