package io.github.dl4jinit.initializer;

import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Initializes a whole network, looking at one batch of data.
 *
 * <p>Implementations keep four promises. If anything throws, the model is bit for bit what it was. Frozen layers, word vectors that
 * somebody gave ({@code EmbeddingLayer.Builder.weightInit(EmbeddingInitializer)}) and the updater's state are never changed. Random numbers come from {@code Nd4j.getRandom()}, seeded with the network's own
 * seed as {@code init()} does it, and the generator is left as it was found: one seed, the same bits. They are immutable,
 * so that several threads may use one.
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface NetworkInitializer {

    /**
     * Initializes a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features for every input; masks are applied; labels may be missing unless the implementation says that
     *     it needs them
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     * @throws IllegalStateException if the network has not been init()ed
     */
    InitReport initialize(Model model, MultiDataSet batch);

    /**
     * Initializes a network with one input and one output.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features; masks are applied; labels may be missing
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is null, empty, not finite or does not fit the network
     */
    default InitReport initialize(Model model, DataSet batch) {
        if (batch == null) {
            throw new IllegalArgumentException("the batch is null: give features");
        }
        return initialize(
                model,
                new org.nd4j.linalg.dataset.MultiDataSet(
                        new INDArray[] {batch.getFeatures()},
                        batch.getLabels() == null ? null : new INDArray[] {batch.getLabels()},
                        batch.getFeaturesMaskArray() == null ? null : new INDArray[] {batch.getFeaturesMaskArray()},
                        batch.getLabelsMaskArray() == null ? null : new INDArray[] {batch.getLabelsMaskArray()}));
    }
}
