package io.github.dl4jinit.initializer;

import io.github.dl4jinit.contract.InitializerContract;
import io.github.dl4jinit.network.Networks;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Noise that draws, frozen parts: one seed gives the same bits all the same, and the listener's two fits are those by hand. */
class NoisyNetworksTest {

    private static final MultiDataSet BATCH =
            new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 12, 5), Networks.oneHot(2, DataType.DOUBLE, 12));

    static Stream<NetworkInitializer> initializers() {
        return EveryInitializer.all().stream();
    }

    private static MultiLayerNetwork network(boolean frozen, @Nullable IDropout dropout, @Nullable IWeightNoise noise) {
        Layer first = new DenseLayer.Builder().nIn(5).nOut(6).build();
        return Networks.init(Networks.base(DataType.DOUBLE)
                .weightNoise(noise)
                .list()
                .layer(frozen ? new FrozenLayer(first) : first)
                .layer(new DenseLayer.Builder().nIn(6).nOut(7).dropOut(dropout).build())
                .layer(Networks.softmax(7))
                .build());
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void noise_changesNoPromise(NetworkInitializer initializer) {
        InitializerContract.of(initializer)
                .check(() -> network(false, new GaussianNoise(0.3), new DropConnect(0.7)), BATCH);
        InitializerContract.of(initializer)
                .check(
                        () -> network(true, new AlphaDropout(0.7), new WeightNoise(new NormalDistribution(0, 0.1))),
                        BATCH);
    }

    @Test
    void gaussianDropout_changesNoPromise() {
        InitializerContract.of(Lsuv.defaults()).check(() -> network(false, new GaussianDropout(0.5), null), BATCH);
    }
}
