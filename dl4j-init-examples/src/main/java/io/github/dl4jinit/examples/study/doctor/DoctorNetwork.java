package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.examples.data.ImageShape;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.DenseNetwork;
import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A network of the doctor's study.
 *
 * @param kind how its layers are joined
 * @param activation of the hidden layers
 * @param depth hidden layers, or blocks of two
 * @param width units or channels
 * @param start how it begins
 */
record DoctorNetwork(Kind kind, Activation activation, int depth, int width, Start start) {

    /** How layers are joined. */
    enum Kind {
        DENSE,
        RESIDUAL,
        CONVOLUTION
    }

    /** From far too small to far too large, and ill in other ways. */
    enum Start {
        GAUSS_001(0.01),
        GAUSS_01(0.1),
        GAUSS_03(1 / 3.0),
        GAUSS_1(1),
        GAUSS_2(2),
        GAUSS_4(4),
        GAUSS_16(16),
        ORTHOGONAL(0),
        LSUV(1),
        /** All weights above zero: units put out the mean of their inputs. */
        POSITIVE(1),
        /** He's weights with biases of -2: most ReLU units are silent. */
        BIASED(2);

        private final double scale;

        Start(double scale) {
            this.scale = scale;
        }

        private IWeightInit weights(Activation activation) {
            return switch (this) {
                case ORTHOGONAL -> new Orthogonal(Gains.of(activation));
                case POSITIVE ->
                    new WeightInitDistribution(new org.deeplearning4j.nn.conf.distribution.UniformDistribution(0, 0.2));
                default -> new VarianceScaling(scale, Fan.IN, Law.NORMAL);
            };
        }

        private double bias() {
            return this == BIASED ? -2 : 0;
        }
    }

    List<String> key() {
        return List.of(
                kind.name().toLowerCase(Locale.ROOT),
                activation.name().toLowerCase(Locale.ROOT),
                Integer.toString(depth),
                Integer.toString(width),
                start.name().toLowerCase(Locale.ROOT));
    }

    DataSet shaped(LabelledData data, DataSet part) {
        org.nd4j.linalg.dataset.DataSet flat = (org.nd4j.linalg.dataset.DataSet) part;
        return kind == Kind.CONVOLUTION ? data.asImages(flat) : flat;
    }

    Model build(LabelledData data, double rate, long seed, DataSet first) {
        NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(rate))
                .activation(activation)
                .weightInit(start.weights(activation))
                .biasInit(start.bias());
        Model model =
                switch (kind) {
                    case DENSE ->
                        DenseNetwork.of(builder, data.inputs())
                                .hidden(depth, width)
                                .output(output(), data.classes());
                    case RESIDUAL -> residual(builder.graphBuilder(), data);
                    case CONVOLUTION -> convolution(builder.list(), data);
                };
        if (start == Start.LSUV) {
            Lsuv.defaults().initialize(model, first);
        }
        return model;
    }

    private static OutputLayer.Builder output() {
        return DenseNetwork.softmax().biasInit(0);
    }

    private DenseLayer layer() {
        return new DenseLayer.Builder().nOut(width).build();
    }

    private Model residual(GraphBuilder graph, LabelledData data) {
        graph.addInputs("in").addLayer("stem", layer(), "in");
        String last = "stem";
        for (int i = 1; i <= depth; i++) {
            graph.addLayer(i + "a", layer(), last);
            graph.addLayer(
                    i + "b",
                    new DenseLayer.Builder()
                            .nOut(width)
                            .activation(Activation.IDENTITY)
                            .build(),
                    i + "a");
            graph.addVertex("add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, i + "b");
            last = "add" + i;
        }
        graph.addLayer("out", output().nOut(data.classes()).build(), last)
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(data.inputs()));
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        return network;
    }

    /** 3x3 convolutions that keep the size; the image is halved before the first and after every second one. */
    private Model convolution(NeuralNetConfiguration.ListBuilder list, LabelledData data) {
        ImageShape image = Objects.requireNonNull(data.image());
        int side = Math.min(image.height(), image.width());
        list.layer(halved());
        side /= 2;
        for (int i = 1; i <= depth; i++) {
            list.layer(new ConvolutionLayer.Builder(3, 3)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(width)
                    .build());
            if (i % 2 == 0 && side >= 8) {
                list.layer(halved());
                side /= 2;
            }
        }
        list.layer(output().nOut(data.classes()).build())
                .setInputType(InputType.convolutional(image.height(), image.width(), image.channels()));
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return network;
    }

    private static SubsamplingLayer halved() {
        return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
    }
}
