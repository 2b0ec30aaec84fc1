package io.github.dl4jinit.trainer;

import io.github.dl4jinit.report.TrainReport;
import org.apiguardian.api.API;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains a network by solving for its output layer, in turns with updates of its hidden layers.
 *
 * <p>Implementations keep four promises. Only the network's own updater moves the hidden layers, through DL4J's own {@code fit}, so
 * that listeners, schedules, constraints, dropout and the counts of iterations and epochs are what they are there; an
 * iteration is an update, a solve counts none. Only the solves move the output layer; its part of the updater's state is
 * kept. What can be checked beforehand is refused before anything has changed. If anything throws later, parameters,
 * updater state and counts are put back to where the call found them.
 */
@API(status = API.Status.STABLE, since = "0.1")
public sealed interface LastLayerTrainer permits LeastSquaresTrainer, NewtonTrainer {

    /**
     * Trains for some epochs.
     *
     * @param data can be reset; is reset before each pass
     * @param epochs at least 1
     * @return what was done, phase by phase
     * @throws IllegalArgumentException if the data are empty, not finite, or do not fit the network
     */
    TrainReport fit(DataSetIterator data, int epochs);

    /**
     * Trains on one batch as if it were all the data of one epoch, without counting the epoch and without telling listeners
     * of it, as {@code fit(DataSet)} of a network does.
     *
     * @param batch features, labels and masks
     * @return what was done
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network
     */
    TrainReport fit(DataSet batch);
}
