package io.github.dl4jinit.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks and batches that the tests of several packages need. */
public final class Networks {

    public static final int CLASSES = 3;

    private Networks() {}

    public static NeuralNetConfiguration.Builder base(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(12345)
                .dataType(type)
                .updater(new Adam(0.01))
                .l2(1e-3)
                .activation(Activation.TANH);
    }

    /** Dense layers of the given widths (inputs first), and a softmax of three classes. */
    public static MultiLayerNetwork dense(DataType type, Activation activation, int... widths) {
        NeuralNetConfiguration.ListBuilder list =
                base(type).activation(activation).list();
        for (int i = 1; i < widths.length; i++) {
            list.layer(
                    new DenseLayer.Builder().nIn(widths[i - 1]).nOut(widths[i]).build());
        }
        list.layer(softmax(widths[widths.length - 1]));
        return init(list.build());
    }

    public static Layer softmax(int inputs) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(inputs)
                .nOut(CLASSES)
                .build();
    }

    /** Convolution, batch normalization, pooling, and a dense layer with dropout. */
    public static MultiLayerNetwork convolutional(DataType type) {
        return init(base(type)
                .convolutionMode(org.deeplearning4j.nn.conf.ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder()
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(7).dropOut(0.6).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(CLASSES)
                        .build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    }

    public static MultiLayerNetwork recurrent(DataType type, boolean truncated) {
        NeuralNetConfiguration.ListBuilder list = base(type)
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).dropOut(0.7).build())
                .layer(new LSTM.Builder().nIn(5).nOut(6).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(6)
                        .nOut(CLASSES)
                        .build());
        if (truncated) {
            list.backpropType(BackpropType.TruncatedBPTT).tBPTTForwardLength(4).tBPTTBackwardLength(4);
        }
        return init(list.build());
    }

    /** Two LSTMs with dropout and an output, as a graph. */
    public static ComputationGraph recurrentGraph(DataType type, boolean truncated) {
        ComputationGraphConfiguration.GraphBuilder builder = base(type)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(4))
                .addLayer("d", new LSTM.Builder().nOut(7).build(), "in")
                .addLayer("l", new LSTM.Builder().nOut(6).dropOut(0.7).build(), "d")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .nOut(CLASSES)
                                .build(),
                        "l")
                .setOutputs("out");
        if (truncated) {
            builder.backpropType(BackpropType.TruncatedBPTT)
                    .tBPTTForwardLength(4)
                    .tBPTTBackwardLength(4);
        }
        return init(builder.build());
    }

    /** A dense layer over time before an LSTM: the first sees the mask of the features, the second does not. */
    public static MultiLayerNetwork denseThenRecurrent(DataType type) {
        return init(base(type)
                .list()
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new LSTM.Builder().nOut(6).dropOut(0.7).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4))
                .build());
    }

    /** Two dense layers round a residual add, with dropout; layers are declared in another order than they run. */
    public static ComputationGraph residual(DataType type) {
        return init(base(type)
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", softmax(8), "add")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "c")
                .addLayer(
                        "c",
                        new DenseLayer.Builder().nIn(8).nOut(8).dropOut(0.7).build(),
                        "b")
                .addLayer("b", new DenseLayer.Builder().nIn(8).nOut(8).build(), "a")
                .addLayer("a", new DenseLayer.Builder().nIn(5).nOut(8).build(), "in")
                .setOutputs("out")
                .build());
    }

    /** Two inputs that merge, and two outputs. */
    public static ComputationGraph twoInputs(DataType type) {
        return init(base(type)
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("l", new DenseLayer.Builder().nIn(5).nOut(6).build(), "left")
                .addLayer(
                        "r",
                        new DenseLayer.Builder().nIn(4).nOut(7).dropOut(0.8).build(),
                        "right")
                .addVertex("both", new MergeVertex(), "l", "r")
                .addLayer("one", softmax(13), "both")
                .addLayer("two", softmax(6), "l")
                .setOutputs("one", "two")
                .build());
    }

    public static MultiLayerNetwork init(MultiLayerConfiguration configuration) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    public static ComputationGraph init(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    /** Standard normal numbers that leave ND4J's generator alone. */
    public static INDArray normal(long seed, DataType type, long... shape) {
        java.util.Random random = new java.util.Random(seed);
        INDArray array = Nd4j.create(DataType.DOUBLE, shape);
        double[] values = random.doubles(array.length(), -1, 1)
                .map(ignored -> random.nextGaussian())
                .toArray();
        return array.assign(Nd4j.createFromArray(values).reshape(shape)).castTo(type);
    }

    public static INDArray oneHot(long seed, DataType type, long examples) {
        java.util.Random random = new java.util.Random(seed);
        INDArray labels = Nd4j.zeros(type, examples, CLASSES);
        for (int i = 0; i < examples; i++) {
            labels.putScalar(i, random.nextInt(CLASSES), 1);
        }
        return labels;
    }

    public static INDArray oneHotSeries(long seed, DataType type, long examples, long steps) {
        java.util.Random random = new java.util.Random(seed);
        INDArray labels = Nd4j.zeros(type, examples, CLASSES, steps);
        for (int i = 0; i < examples; i++) {
            for (int t = 0; t < steps; t++) {
                labels.putScalar(new long[] {i, random.nextInt(CLASSES), t}, 1);
            }
        }
        return labels;
    }

    /** Three minibatches of features of the given shape per example. */
    public static List<DataSet> batches(DataType type, int examples, long... shape) {
        List<DataSet> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            batches.add(new DataSet(normal(i, type, with(examples, shape)), oneHot(i, type, examples)));
        }
        return batches;
    }

    public static List<DataSet> series(DataType type, int examples, int inputs, int steps, boolean masked) {
        List<DataSet> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            INDArray mask = masked ? mask(type, examples, steps) : null;
            batches.add(new DataSet(
                    normal(i, type, examples, inputs, steps), oneHotSeries(i, type, examples, steps), mask, mask));
        }
        return batches;
    }

    /** Example i has its first steps - i % steps steps. */
    public static INDArray mask(DataType type, int examples, int steps) {
        INDArray mask = Nd4j.zeros(type, examples, steps);
        for (int i = 0; i < examples; i++) {
            for (int t = 0; t < steps - i % steps; t++) {
                mask.putScalar(i, t, 1);
            }
        }
        return mask;
    }

    public static List<MultiDataSet> multiBatches(DataType type, int examples) {
        List<MultiDataSet> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            batches.add(new MultiDataSet(
                    new INDArray[] {normal(i, type, examples, 5), normal(10 + i, type, examples, 4)},
                    new INDArray[] {oneHot(i, type, examples), oneHot(20 + i, type, examples)}));
        }
        return batches;
    }

    private static long[] with(long first, long[] rest) {
        long[] shape = new long[rest.length + 1];
        shape[0] = first;
        System.arraycopy(rest, 0, shape, 1, rest.length);
        return shape;
    }
}
