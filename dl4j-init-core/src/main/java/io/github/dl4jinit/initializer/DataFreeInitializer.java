package io.github.dl4jinit.initializer;

import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Initializes a whole network without looking at data. It keeps the promises of {@link NetworkInitializer}, and may be put
 * wherever one is asked for: a batch that it is given is not needed, though an implementation may learn from it.
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface DataFreeInitializer extends NetworkInitializer {

    /**
     * Initializes a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @return what was done, layer by layer
     * @throws IllegalStateException if the network has not been init()ed
     */
    InitReport initialize(Model model);

    /**
     * Initializes a network; of the batch no more is looked at than whether the network can take it, unless the implementation says so.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features for every input
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is null, empty, not finite or does not fit the network
     * @throws IllegalStateException if the network has not been init()ed
     */
    @Override
    default InitReport initialize(Model model, MultiDataSet batch) {
        InitializationPass.requireBatch(model, batch);
        return initialize(model);
    }
}
