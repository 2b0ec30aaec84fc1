package io.github.dl4jinit.network;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** How a copied network runs: as a chain of layers or as a graph of vertices. */
sealed interface Execution permits ChainExecution, GraphExecution {

    int inputs();

    long seed();

    INDArray params();

    @Nullable
    INDArray gradients();

    List<LayerView> layers();

    List<Chain> chains();

    List<FlowStep> flow();

    void sweep(MultiDataSet batch, LayerVisitor visitor);

    void computeGradient(MultiDataSet batch);
}
