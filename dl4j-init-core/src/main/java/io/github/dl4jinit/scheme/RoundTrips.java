package io.github.dl4jinit.scheme;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.weights.IWeightInit;

/** The ways on which DL4J saves and loads an initializer. */
final class RoundTrips {

    /** One of them. */
    interface Route {
        IWeightInit through(IWeightInit init) throws IOException, ClassNotFoundException;
    }

    private RoundTrips() {}

    static IWeightInit throughJson(IWeightInit init) {
        return throughText(init, conf -> MultiLayerConfiguration.fromJson(conf.toJson()));
    }

    static IWeightInit throughYaml(IWeightInit init) {
        return throughText(init, conf -> MultiLayerConfiguration.fromYaml(conf.toYaml()));
    }

    private static IWeightInit throughText(IWeightInit init, UnaryOperator<MultiLayerConfiguration> route) {
        MultiLayerConfiguration conf = new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(3).weightInit(init).build())
                .build();
        MultiLayerConfiguration loaded = route.apply(conf);
        return ((BaseLayer) loaded.getConf(0).getLayer()).getWeightInitFn();
    }

    static IWeightInit throughJava(IWeightInit init) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(init);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (IWeightInit) in.readObject();
        }
    }
}
