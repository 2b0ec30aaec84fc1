package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.ntk.AnalyticNtk;
import io.github.dl4jinit.scheme.Orthogonal;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A fully connected network without biases in the NTK parametrization, built of DL4J's own parts: weights W of variance 1, and a ScaleVertex
 * of sigma_w / sqrt(n) before each layer, so that z = (sigma_w / sqrt(n)) W h and the kernel has a limit for wide networks.
 *
 * @param activation of the hidden layers
 * @param hidden number of hidden layers
 * @param sigmaW2 variance of the weights times their fan-in
 */
record NtkNetwork(Activation activation, int hidden, double sigmaW2) {

    /** sigma_w^2 of tanh; on the critical line sigma_b^2 would be 2.0e-5. */
    static final double WEIGHT_VARIANCE = 1.05;

    static final NtkNetwork TANH = tanh(3);
    static final NtkNetwork DEEP_TANH = tanh(10);
    static final NtkNetwork RELU = new NtkNetwork(Activation.RELU, 3, 2);

    /** How the weights are drawn. */
    enum Law {
        /** Independent, N(0, 1). */
        GAUSSIAN("Gaussian", 0) {
            @Override
            IWeightInit weights(int in, int out) {
                return new WeightInitDistribution(new NormalDistribution(0, 1));
            }
        },
        /** Haar orthogonal, times what makes the mean of the squares 1. */
        ORTHOGONAL("orthogonal", 1) {
            @Override
            IWeightInit weights(int in, int out) {
                return new Orthogonal(Math.sqrt(Math.max(in, out)));
            }
        };

        private final String title;
        private final int style;

        Law(String title, int style) {
            this.title = title;
            this.style = style;
        }

        abstract IWeightInit weights(int in, int out);

        String title() {
            return title;
        }

        /** The same in every chart. */
        int style() {
            return style;
        }
    }

    static NtkNetwork tanh(int hidden) {
        return new NtkNetwork(Activation.TANH, hidden, WEIGHT_VARIANCE);
    }

    /** What it is for infinite width, whichever the law. */
    AnalyticNtk limit() {
        return AnalyticNtk.of(activation.getActivationFunction(), hidden, sigmaW2, 0);
    }

    String title() {
        return (activation == Activation.RELU ? "ReLU" : "tanh") + ", " + hidden + " hidden layers";
    }

    /** Trains with plain gradient descent on DL4J's L2 at this rate. */
    ComputationGraph build(Law law, int inputs, int width, int outputs, long seed, double rate) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd(rate))
                .graphBuilder()
                .addInputs("in");
        String last = "in";
        int size = inputs;
        for (int layer = 1; layer <= hidden; layer++) {
            scale(graph, "scale" + layer, last, size);
            last = "layer" + layer;
            graph.addLayer(
                    last,
                    new DenseLayer.Builder()
                            .nIn(size)
                            .nOut(width)
                            .hasBias(false)
                            .activation(activation)
                            .weightInit(law.weights(size, width))
                            .build(),
                    "scale" + layer);
            size = width;
        }
        scale(graph, "scale", last, size);
        graph.addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.L2)
                        .nIn(size)
                        .nOut(outputs)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .weightInit(law.weights(size, outputs))
                        .build(),
                "scale");
        ComputationGraph network = new ComputationGraph(graph.setOutputs("out").build());
        network.init();
        return network;
    }

    private void scale(GraphBuilder graph, String name, String before, int size) {
        graph.addVertex(name, new ScaleVertex(Math.sqrt(sigmaW2 / size)), before);
    }
}
