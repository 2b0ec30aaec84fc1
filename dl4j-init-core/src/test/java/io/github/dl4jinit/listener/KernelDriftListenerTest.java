package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class KernelDriftListenerTest {

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void training_isNotChangedByABit_andTheDriftIsThatOfTheKernels(DataType type) {
        MultiLayerNetwork watched = Networks.convolutional(type);
        MultiLayerNetwork alone = watched.clone();
        List<DataSet> batches = Networks.batches(type, 6, 2, 6, 6);
        DataSet probe = batches.get(2);
        INDArray first = EmpiricalNtk.of(watched).kernel(probe.getFeatures(), probe.getFeatures());
        KernelDriftListener listener = KernelDriftListener.of(watched, probe.getFeatures(), probe.getLabels(), 2);
        watched.setListeners(listener);
        train(watched, batches);
        train(alone, batches);
        assertThat(watched.params()).isEqualTo(alone.params());
        assertThat(listener.points().stream().map(KernelDriftListener.Point::iteration))
                .containsExactly(0, 2, 4);
        assertThat(listener.points().get(0).drift().relativeChange()).isZero();
        INDArray last = EmpiricalNtk.of(alone).kernel(probe.getFeatures(), probe.getFeatures());
        KernelDriftListener.Point point = listener.points().get(2);
        assertThat(point.drift().relativeChange()).isCloseTo(KernelDrift.relativeChange(first, last), within(1e-12));
        assertThat(point.drift().relativeChange()).isGreaterThan(1e-3);
        assertThat(point.drift().alignment()).isCloseTo(KernelDrift.alignment(last, probe.getLabels()), within(1e-12));
        assertThat(point.spectrum().effectiveRank()).isBetween(1.0, 6.0);
    }

    private static void train(MultiLayerNetwork network, List<DataSet> batches) {
        org.nd4j.linalg.factory.Nd4j.getRandom().setSeed(3);
        for (int step = 0; step < 4; step++) {
            network.fit(batches.get(step % 2));
        }
    }

    @Test
    void everyZeroIterations_isRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 4, 5);
        INDArray x = Networks.normal(1, DataType.FLOAT, 3, 4);
        assertThatThrownBy(() -> KernelDriftListener.of(network, x, Networks.oneHot(1, DataType.FLOAT, 3), 0))
                .hasMessageContaining("every must be >= 1");
    }
}
