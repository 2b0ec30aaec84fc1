package io.github.dl4jinit.trainer;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small regression networks of both kinds, three inputs and two outputs, and data for them. */
public final class Regression {

    public static final int WIDTH = 7;

    private Regression() {}

    public static NeuralNetConfiguration.Builder base(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .updater(new Adam(0.01))
                .activation(Activation.TANH);
    }

    public static OutputLayer.Builder output(LossFunction loss) {
        return new OutputLayer.Builder(loss)
                .activation(Activation.IDENTITY)
                .nIn(WIDTH)
                .nOut(2);
    }

    public static MultiLayerNetwork chain(DataType type, OutputLayer output) {
        return Networks.init(base(type)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(WIDTH).build())
                .layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build())
                .layer(output)
                .build());
    }

    public static ComputationGraph graph(DataType type, OutputLayer output) {
        return Networks.init(base(type)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nIn(3).nOut(WIDTH).build(), "in")
                .addLayer("b", new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "a")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("out", output, "add")
                .setOutputs("out")
                .build());
    }

    public static Model model(boolean graph, DataType type, OutputLayer output) {
        return graph ? graph(type, output) : chain(type, output);
    }

    /** Smooth targets with a little noise. */
    public static DataSet data(DataType type, int examples) {
        INDArray x = Networks.normal(1, DataType.DOUBLE, examples, 3);
        INDArray noise = Networks.normal(2, DataType.DOUBLE, examples, 2).mul(0.05);
        INDArray sum = x.sum(true, 1);
        INDArray y = Nd4j.hstack(
                        Nd4j.math().sin(sum),
                        x.getColumn(0, true).mul(x.getColumn(1, true)).add(2))
                .add(noise);
        return new DataSet(x.castTo(type), y.castTo(type));
    }

    public static List<DataSet> batches(DataSet data, int size) {
        return new ArrayList<>(data.batchBy(size));
    }

    public static double score(Model model, DataSet data) {
        return model instanceof MultiLayerNetwork network
                ? network.score(data, false)
                : ((ComputationGraph) model).score(data, false);
    }

    public static INDArray predict(Model model, INDArray features) {
        return model instanceof MultiLayerNetwork network
                ? network.output(features)
                : ((ComputationGraph) model).output(features)[0];
    }
}
