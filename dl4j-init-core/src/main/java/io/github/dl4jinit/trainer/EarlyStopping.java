package io.github.dl4jinit.trainer;

import org.apiguardian.api.API;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.trainer.BaseEarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * DL4J's early stopping with a trainer of this library: each minibatch goes to {@link LastLayerTrainer#fit(
 * org.nd4j.linalg.dataset.api.DataSet)}, so that what is solved for is the minibatch.
 *
 * @param <T> MultiLayerNetwork or ComputationGraph
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class EarlyStopping<T extends Model> extends BaseEarlyStoppingTrainer<T> {

    private final LastLayerTrainer trainer;

    /**
     * Prepares a training that stops early.
     *
     * @param configuration when to stop, and where to keep the best network
     * @param model the network that the trainer was built for
     * @param trainer trains it
     * @param data the training data
     */
    public EarlyStopping(
            EarlyStoppingConfiguration<T> configuration, T model, LastLayerTrainer trainer, DataSetIterator data) {
        super(configuration, model, data, null, null);
        this.trainer = trainer;
    }

    @Override
    protected void fit(DataSet batch) {
        trainer.fit(batch);
    }

    @Override
    protected void fit(MultiDataSet batch) {
        throw new UnsupportedOperationException("the trainers take one input and one output: give a DataSetIterator");
    }

    @Override
    protected void pretrain(DataSet batch) {
        throw new UnsupportedOperationException("the trainers do not pretrain: pretrain the network before");
    }

    @Override
    protected void pretrain(MultiDataSet batch) {
        throw new UnsupportedOperationException("the trainers do not pretrain: pretrain the network before");
    }
}
