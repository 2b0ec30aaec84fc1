package io.github.dl4jinit.scheme;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A real network of one layer, for tests of what DL4J makes of a scheme. */
final class SingleLayer {

    private SingleLayer() {}

    static MultiLayerNetwork network(Layer layer, InputType type) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(7)
                .list()
                .layer(layer)
                .setInputType(type)
                .build());
        net.init();
        return net;
    }
}
