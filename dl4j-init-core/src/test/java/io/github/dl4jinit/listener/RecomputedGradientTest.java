package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Computing the first gradient again lost masks, the state of rnnTimeStep, and the old parameters if it failed. */
class RecomputedGradientTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    @Test
    void failureInTheRecompute_restoresTheParameters() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        INDArray before = network.params().dup();
        network.setListeners(new InitializingListener(Lsuv.defaults()), new BaseTrainingListener() {
            private int passes;

            @Override
            public void onForwardPass(Model model, List<INDArray> activations) {
                if (++passes == 2) {
                    throw new IllegalStateException("second pass");
                }
            }

            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {}
        });
        assertThatThrownBy(() -> network.fit(BATCHES.get(0))).hasMessage("second pass");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void maskAfterConvolutions_isUsedOrReported_andFitWorks() {
        INDArray mask = Networks.mask(DataType.FLOAT, 6, 9);
        DataSet batch = new DataSet(
                Networks.normal(1, DataType.FLOAT, 6, 4, 9), Networks.oneHot(1, DataType.FLOAT, 6), mask, null);
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new Convolution1DLayer.Builder(3).nOut(5).stride(3).build())
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4, 9))
                .build());
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.setListeners(listener);
        network.fit(batch);
        assertThat(listener.report()).isPresent();
    }

    @Test
    void stateOfRnnTimeStep_survivesTheFirstFit() {
        MultiLayerNetwork network = Networks.recurrent(DataType.DOUBLE, false);
        network.rnnTimeStep(Nd4j.ones(DataType.DOUBLE, 2, 4, 1));
        network.setListeners(new InitializingListener(Lsuv.defaults()));
        network.fit(Networks.series(DataType.DOUBLE, 6, 4, 9, false).get(0));
        assertThat(network.rnnGetPreviousState(0)).isNotEmpty();
    }
}
