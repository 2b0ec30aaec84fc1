package io.github.dl4jinit.contract;

import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A small network in which one kind of layer, vertex or preprocessor works, and what it is given.
 *
 * @param kind the class that it is about
 * @param label the same, and what is special about this one
 * @param network makes it of the settings that all layers share
 * @param features of a batch
 * @param mask of the features, or null
 */
record CoveredNetwork(
        Class<?> kind,
        String label,
        Function<NeuralNetConfiguration.Builder, Model> network,
        List<INDArray> features,
        @Nullable INDArray mask) {

    /** Networks are made alike, whatever was drawn before. */
    Model build() {
        return network.apply(Networks.base(DataType.DOUBLE));
    }

    /** The same with another scheme wherever a layer names none. */
    Model build(IWeightInit scheme) {
        return network.apply(Networks.base(DataType.DOUBLE).weightInit(scheme));
    }

    /** Its labels fit the output; where DL4J cannot compute an output, there are none. */
    MultiDataSet batch() {
        INDArray[] copies = features.stream().map(INDArray::dup).toArray(INDArray[]::new);
        INDArray[] masks = mask == null ? null : new INDArray[] {mask.dup()};
        INDArray labels = labels();
        return new MultiDataSet(copies, labels == null ? null : new INDArray[] {labels}, masks, null);
    }

    private @Nullable INDArray labels() {
        INDArray output;
        try {
            output = output();
        } catch (RuntimeException dl4jCannot) {
            return null;
        }
        if (CoveredNetworks.isDetector(kind)) {
            return CoveredNetworks.boxes(output);
        }
        return isDistribution(output)
                ? Networks.oneHot(2, DataType.DOUBLE, output.size(0))
                : Networks.normal(2, DataType.DOUBLE, output.shape());
    }

    private static boolean isDistribution(INDArray output) {
        return output.rank() == 2
                && output.size(1) == Networks.CLASSES
                && output.minNumber().doubleValue() >= 0
                && Math.abs(output.sumNumber().doubleValue() - output.size(0)) < 1e-9;
    }

    private INDArray output() {
        INDArray[] copies = features.stream().map(INDArray::dup).toArray(INDArray[]::new);
        return build() instanceof MultiLayerNetwork chain
                ? chain.output(copies[0])
                : ((ComputationGraph) build()).outputSingle(copies);
    }

    /** Why DL4J itself, without this library, can not compute or train this network; null if it can. */
    @Nullable
    String whyDl4jFails() {
        try {
            output();
            FirstUpdates.fit(build(), batch());
            return null;
        } catch (RuntimeException failure) {
            return failure.getClass().getSimpleName() + ": "
                    + String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
