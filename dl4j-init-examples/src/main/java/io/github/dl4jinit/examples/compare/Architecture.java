package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.data.ImageShape;
import io.github.dl4jinit.examples.data.LabelledData;
import java.util.Locale;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The kinds of network that can be compared. None has normalization, which would hide the start of training, unless its start asks for it. */
public enum Architecture {
    /** A {@link MultiLayerNetwork} of dense layers. */
    MLP("%d-layer %s MLP, width %d") {
        @Override
        Model build(NetworkSpec spec, LabelledData data, Settings settings) {
            NeuralNetConfiguration.ListBuilder list = settings.configuration().list();
            for (int i = 0; i < spec.depth(); i++) {
                settings.hidden(list, dense(spec.width(), spec.activation()));
            }
            list.layer(settings.start(output(data))).setInputType(InputType.feedForward(data.inputs()));
            return initialized(new MultiLayerNetwork(list.build()));
        }
    },

    /** A {@link ComputationGraph}: a dense layer, then blocks h + dense(f(dense(h))). */
    RESIDUAL("%d-block residual graph, %s, width %d") {
        @Override
        Model build(NetworkSpec spec, LabelledData data, Settings settings) {
            GraphBuilder graph = settings.configuration().graphBuilder().addInputs("in");
            if (settings.normalized()) {
                throw new IllegalArgumentException("a residual graph is not built with batch normalization");
            }
            graph.addLayer("stem", settings.start(dense(spec.width(), spec.activation())), "in");
            String last = "stem";
            for (int i = 1; i <= spec.depth(); i++) {
                graph.addLayer(i + "a", settings.start(dense(spec.width(), spec.activation())), last);
                graph.addLayer(i + "b", settings.start(dense(spec.width(), Activation.IDENTITY)), i + "a");
                graph.addVertex("add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, i + "b");
                last = "add" + i;
            }
            graph.addLayer("out", settings.start(output(data)), last)
                    .setOutputs("out")
                    .setInputTypes(InputType.feedForward(data.inputs()));
            ComputationGraph network = new ComputationGraph(graph.build());
            network.init();
            return network;
        }
    },

    /** A {@link MultiLayerNetwork} of 3x3 convolutions that keep the size, the image halved after every second one. */
    CONV("%d-layer %s convolution network, %d channels") {
        @Override
        Model build(NetworkSpec spec, LabelledData data, Settings settings) {
            ImageShape image = data.image();
            if (image == null) {
                throw new IllegalArgumentException("a convolution network needs images, and " + data.name()
                        + " has none: choose another architecture or other data");
            }
            NeuralNetConfiguration.ListBuilder list = settings.configuration().list();
            int side = Math.min(image.height(), image.width());
            for (int i = 1; i <= spec.depth(); i++) {
                settings.hidden(
                        list,
                        new ConvolutionLayer.Builder(3, 3)
                                .convolutionMode(ConvolutionMode.Same)
                                .nOut(spec.width())
                                .activation(spec.activation())
                                .build());
                if (i % 2 == 0 && side >= 8) {
                    list.layer(new SubsamplingLayer.Builder()
                            .kernelSize(2, 2)
                            .stride(2, 2)
                            .build());
                    side /= 2;
                }
            }
            list.layer(settings.start(output(data)))
                    .setInputType(InputType.convolutional(image.height(), image.width(), image.channels()));
            return initialized(new MultiLayerNetwork(list.build()));
        }
    };

    /**
     * What all layers of one network share.
     *
     * @param seed seed of the weights
     * @param updater the update rule
     * @param weights from a layer's activation to its scheme; null leaves DL4J's default
     * @param normalized whether a batch normalization comes before the activation of each hidden layer
     */
    record Settings(
            long seed, IUpdater updater, @Nullable Function<IActivation, IWeightInit> weights, boolean normalized) {

        static Settings of(long seed, IUpdater updater, InitialState start) {
            if (start instanceof InitialState.Normalized normalized) {
                return new Settings(seed, updater, normalized.of(), true);
            }
            return new Settings(
                    seed, updater, start instanceof InitialState.Weights weights ? weights.of() : null, false);
        }

        void hidden(NeuralNetConfiguration.ListBuilder list, BaseLayer layer) {
            IActivation activation = layer.getActivationFn();
            list.layer(start(layer));
            if (normalized) {
                layer.setActivationFn(new ActivationIdentity());
                list.layer(new BatchNormalization()).layer(new ActivationLayer(activation));
            }
        }

        NeuralNetConfiguration.Builder configuration() {
            return new NeuralNetConfiguration.Builder().seed(seed).updater(updater);
        }

        <L extends BaseLayer> L start(L layer) {
            if (weights != null) {
                layer.setWeightInitFn(weights.apply(layer.getActivationFn()));
            }
            return layer;
        }
    }

    private final String title;

    Architecture(String title) {
        this.title = title;
    }

    /** A network, initialized as the settings say. */
    abstract Model build(NetworkSpec spec, LabelledData data, Settings settings);

    /** What the command line calls it. */
    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A format for depth, activation and width. */
    String title() {
        return title;
    }

    private static DenseLayer dense(int width, Activation activation) {
        return new DenseLayer.Builder().nOut(width).activation(activation).build();
    }

    private static OutputLayer output(LabelledData data) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(data.classes())
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static Model initialized(MultiLayerNetwork network) {
        network.init();
        return network;
    }
}
