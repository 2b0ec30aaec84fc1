package io.github.dl4jinit.examples.study;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Builds a chain of dense layers; what all layers share stands in the configuration that is handed over. */
public final class DenseNetwork {

    private final NeuralNetConfiguration.ListBuilder layers;
    private int size;

    private DenseNetwork(NeuralNetConfiguration.ListBuilder layers, int inputs) {
        this.layers = layers;
        this.size = inputs;
    }

    /**
     * Begins a network.
     *
     * @param shared seed, updater, activation, weights and what else all layers share
     * @param inputs features of an example
     * @return a network without layers
     */
    public static DenseNetwork of(NeuralNetConfiguration.Builder shared, int inputs) {
        return new DenseNetwork(shared.list(), inputs);
    }

    /**
     * Adds hidden layers of one width.
     *
     * @param count how many
     * @param width units of each
     * @return this
     */
    public DenseNetwork hidden(int count, int width) {
        for (int i = 0; i < count; i++) {
            layer(new DenseLayer.Builder(), width);
        }
        return this;
    }

    /**
     * Adds a hidden layer with weights of its own.
     *
     * @param width its units
     * @param weights its weights
     * @return this
     */
    public DenseNetwork hidden(int width, IWeightInit weights) {
        return layer(new DenseLayer.Builder().weightInit(weights), width);
    }

    private DenseNetwork layer(DenseLayer.Builder layer, int width) {
        layers.layer(layer.nIn(size).nOut(width).build());
        size = width;
        return this;
    }

    /**
     * Adds the output layer.
     *
     * @param output its loss and activation
     * @param outputs how many
     * @return the network with its first weights
     */
    public MultiLayerNetwork output(OutputLayer.Builder output, int outputs) {
        MultiLayerNetwork network = new MultiLayerNetwork(
                layers.layer(output.nIn(size).nOut(outputs).build()).build());
        network.init();
        return network;
    }

    /**
     * An output layer for classes.
     *
     * @return softmax and cross entropy
     */
    public static OutputLayer.Builder softmax() {
        return new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX);
    }

    /**
     * An output layer for numbers.
     *
     * @param loss such as MSE or L2
     * @return the identity with this loss
     */
    public static OutputLayer.Builder linear(LossFunction loss) {
        return new OutputLayer.Builder(loss).activation(Activation.IDENTITY);
    }
}
