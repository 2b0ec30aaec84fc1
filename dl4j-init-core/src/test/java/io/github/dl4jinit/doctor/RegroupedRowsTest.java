package io.github.dl4jinit.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.JacobianReport;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks in which the rows of a signal are not the examples of the batch. */
class RegroupedRowsTest {

    private static final int EXAMPLES = 6;

    /** "Index 6 out of bounds for length 6". */
    @Test
    void stackedSignals_areResampledByExample() {
        Model siamese = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(5))
                .addLayer("d", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer("e", new DenseLayer.Builder().nOut(4).build(), "in")
                .addVertex("stack", new StackVertex(), "d", "e")
                .addLayer("shared", new DenseLayer.Builder().nOut(4).build(), "stack")
                .addVertex("one", new UnstackVertex(0, 2), "shared")
                .addVertex("two", new UnstackVertex(1, 2), "shared")
                .addVertex("both", new MergeVertex(), "one", "two")
                .addLayer("out", Networks.softmax(0), "both")
                .setOutputs("out")
                .build());
        MultiDataSet batch = new MultiDataSet(
                Networks.normal(1, DataType.DOUBLE, EXAMPLES, 5), Networks.oneHot(2, DataType.DOUBLE, EXAMPLES));
        assertThat(InitDoctor.look(siamese, batch)).hasSize(8);
    }

    private static MultiLayerNetwork timeDistributed() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(new TimeDistributed(new DenseLayer.Builder().nOut(3).build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .build())
                .setInputType(InputType.recurrent(5, 7))
                .build());
    }

    /** "Input that is not a matrix ... Missing preprocessor?": DL4J regroups the steps in its forward pass alone. */
    @Test
    void timeDistributedLayer_isLookedAtAndDifferentiated() {
        MultiLayerNetwork network = timeDistributed();
        INDArray features = Networks.normal(1, DataType.DOUBLE, 2, 5, 7);
        MultiDataSet batch = new MultiDataSet(features, Networks.normal(2, DataType.DOUBLE, 2, 2, 7));
        Probe.defaults().measure(network, batch);
        InitDoctor.look(network, batch);
        JacobianReport report = new JacobianSpectrum(1, 100, false).measure(network, batch);
        // The sum of squared singular values of the first example is the squared norm of its Jacobian.
        double squares = 0;
        INDArray first = features.get(NDArrayIndex.interval(0, 1), NDArrayIndex.all(), NDArrayIndex.all());
        double step = 1e-6;
        for (int i = 0; i < first.length(); i++) {
            INDArray up = first.dup('c');
            INDArray down = first.dup('c');
            up.putScalar(i, up.getDouble(i) + step);
            down.putScalar(i, down.getDouble(i) - step);
            double norm =
                    network.output(up).sub(network.output(down)).norm2Number().doubleValue() / (2 * step);
            squares += norm * norm;
        }
        double measured = report.network().spectrum().singularValues().stream()
                .mapToDouble(value -> value * value)
                .sum();
        assertThat(measured).isCloseTo(squares, Offset.offset(1e-6 * squares));
    }
}
