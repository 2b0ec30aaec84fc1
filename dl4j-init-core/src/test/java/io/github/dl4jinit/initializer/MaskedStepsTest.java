package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.contract.InitializerContract;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.InitReport;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a mask leaves out counts nowhere, whether or not DL4J keeps the mask in a layer. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
class MaskedStepsTest {

    private static final int EXAMPLES = 12;
    private static final int CHANNELS = 4;
    private static final int STEPS = 20;

    /** Example i has two steps, or three: the others fill the series up. */
    private static final INDArray MASK = mask();

    private static INDArray mask() {
        INDArray mask = org.nd4j.linalg.factory.Nd4j.zeros(DataType.DOUBLE, EXAMPLES, STEPS);
        for (int i = 0; i < EXAMPLES; i++) {
            for (int step = 0; step < 2 + i % 2; step++) {
                mask.putScalar(i, step, 1);
            }
        }
        return mask;
    }

    /** Standard normal steps, and the same number in all that are padding. */
    private static INDArray padded(double padding) {
        INDArray wide = MASK.reshape(EXAMPLES, 1, STEPS);
        return Networks.normal(1, DataType.DOUBLE, EXAMPLES, CHANNELS, STEPS)
                .mul(wide)
                .add(wide.rsub(1).mul(padding));
    }

    static Stream<Map.Entry<String, Layer>> layersOverTime() {
        return Map.<String, Layer>of(
                "LSTM", new LSTM.Builder().nOut(5).build(),
                "GravesLSTM", new GravesLSTM.Builder().nOut(5).build(),
                "GravesBidirectionalLSTM",
                        new GravesBidirectionalLSTM.Builder().nOut(5).build(),
                "SimpleRnn", new SimpleRnn.Builder().nOut(5).build(),
                "Bidirectional", new Bidirectional(new LSTM.Builder().nOut(5).build()),
                "TimeDistributed",
                        new TimeDistributed(new DenseLayer.Builder().nOut(5).build()),
                "DenseLayer", new DenseLayer.Builder().nOut(5).build(),
                "Convolution1DLayer",
                        new Convolution1DLayer.Builder().kernelSize(3).nOut(5).build())
                .entrySet()
                .stream();
    }

    /** The layer, another recurrent one, and an output for each step or for each series. */
    private static MultiLayerNetwork network(Layer layer, boolean perSeries) {
        ListBuilder list = Networks.base(DataType.DOUBLE).list().layer(layer.clone());
        LSTM second = new LSTM.Builder().nOut(3).build();
        list.layer(perSeries ? new LastTimeStep(second) : second);
        list.layer(perSeries ? Networks.softmax(0) : perStep());
        return Networks.init(list.setInputType(InputType.recurrent(CHANNELS, STEPS, RNNFormat.NCW))
                .build());
    }

    private static Layer perStep() {
        return new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(Networks.CLASSES)
                .build();
    }

    private static MultiDataSet batch(MultiLayerNetwork network, double padding) {
        INDArray features = padded(padding);
        boolean perSeries = network.output(features).rank() == 2;
        INDArray labels = perSeries
                ? Networks.oneHot(3, DataType.DOUBLE, EXAMPLES)
                : Networks.oneHotSeries(
                        3, DataType.DOUBLE, EXAMPLES, network.output(features).size(2));
        boolean shortened = !perSeries && labels.size(2) != STEPS;
        return new MultiDataSet(
                new INDArray[] {features},
                new INDArray[] {labels},
                // DL4J shortens masks by a pooling that takes single precision only.
                new INDArray[] {MASK.castTo(DataType.FLOAT)},
                perSeries || shortened ? null : new INDArray[] {MASK.dup()});
    }

    /** The variance of x W over the steps that count, by hand. */
    private static double varianceOfShare(INDArray features, INDArray weights) {
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            for (int step = 0; step < STEPS; step++) {
                if (MASK.getDouble(i, step) == 0) {
                    continue;
                }
                for (int unit = 0; unit < weights.columns(); unit++) {
                    double share = 0;
                    for (int channel = 0; channel < CHANNELS; channel++) {
                        share += features.getDouble(i, channel, step) * weights.getDouble(channel, unit);
                    }
                    sum += share;
                    squares += share * share;
                    count++;
                }
            }
        }
        return squares / count - sum / count * (sum / count);
    }

    /** It was 10 for sentences of 12 words in 120 steps, and reported as 1. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("layersOverTime")
    void lsuv_inEveryLayerOverTime_countsWhatTheMaskLeaves(Map.Entry<String, Layer> layer) {
        for (boolean perSeries : new boolean[] {false, true}) {
            // Only the output layer keeps a mask that a convolution has shortened, and a listener cannot tell it from
            // the labels'.
            if (layer.getValue() instanceof Convolution1DLayer && !perSeries) {
                continue;
            }
            MultiLayerNetwork network = network(layer.getValue(), perSeries);
            MultiDataSet batch = batch(network, 0);
            InitReport report =
                    InitializerContract.of(Lsuv.defaults()).check(() -> network(layer.getValue(), perSeries), batch);
            assertThat(report.converged()).isTrue();
            Lsuv.defaults().initialize(network, batch);
            // DL4J's TimeDistributed empties steps that count: see below.
            boolean byHand = !(layer.getValue() instanceof TimeDistributed);
            network.getLayer(0).paramTable().forEach((name, weights) -> {
                if (byHand && weights.rank() == 2 && weights.rows() == CHANNELS) {
                    assertThat(varianceOfShare(batch.getFeatures(0), weights)).isCloseTo(1, Offset.offset(0.01));
                }
            });
        }
    }

    /** Variances were 0.52, 0.67 and 368 for padding of 0, 1 and 50. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("layersOverTime")
    void whatLiesInThePadding_changesNothing(Map.Entry<String, Layer> layer) {
        // DL4J lets padding into steps that count: through a kernel, and to a layer that reads its series from the end.
        if (Set.of("Convolution1DLayer", "Bidirectional", "GravesBidirectionalLSTM")
                .contains(layer.getKey())) {
            return;
        }
        for (NetworkInitializer initializer : new NetworkInitializer[] {
            Lsuv.defaults(), WithinLayer.builder().balance(false).build()
        }) {
            MultiLayerNetwork zeros = network(layer.getValue(), true);
            MultiLayerNetwork junk = network(layer.getValue(), true);
            initializer.initialize(zeros, batch(zeros, 0));
            initializer.initialize(junk, batch(junk, 50));
            assertThat(junk.params().sub(zeros.params()).amaxNumber().doubleValue())
                    .isLessThan(1e-9);
        }
    }

    /** DL4J 1.0.0-M2.1 itself: it masks rows of steps in the order of examples, where TimeDistributed lays them out the other way. */
    @Test
    void timeDistributed_masksTheWrongSteps() {
        MultiLayerNetwork network =
                network(new TimeDistributed(new DenseLayer.Builder().nOut(5).build()), false);
        network.setLayerMaskArrays(MASK, null);
        INDArray output = network.feedForward(padded(0)).get(1);
        assertThat(output.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0))
                        .norm2(1)
                        .minNumber()
                        .doubleValue())
                .as("every series has a first step")
                .isZero();
    }

    /** Biases were added to the steps that DL4J empties, which counted: a report said 1.000 where the forward pass has 0.995. */
    @Test
    void stepsThatDl4jEmptiesByMistake_doNotCount() {
        INDArray mask = Networks.mask(DataType.DOUBLE, 6, 7);
        MultiDataSet batch = new MultiDataSet(
                new INDArray[] {Networks.normal(1, DataType.DOUBLE, 6, CHANNELS, 7)},
                new INDArray[] {Networks.oneHotSeries(2, DataType.DOUBLE, 6, 7)},
                new INDArray[] {mask},
                null);
        InitializerContract.of(WithinLayer.builder().balance(false).build())
                .check(
                        () -> network(
                                new TimeDistributed(
                                        new DenseLayer.Builder().nOut(5).build()),
                                false),
                        batch);
    }

    /** A masking layer finds its mask itself: padded steps counted, and the variance was 4 where 1 was reported. */
    @Test
    void maskingLayer_countsWhatItLetsThrough() {
        for (Layer inside : new Layer[] {
            new LSTM.Builder().nOut(5).build(), new SimpleRnn.Builder().nOut(5).build()
        }) {
            MultiLayerNetwork network = network(new MaskZeroLayer(inside, 0), false);
            MultiDataSet batch = new MultiDataSet(padded(0), null);
            Lsuv.defaults().initialize(network, batch);
            assertThat(varianceOfShare(batch.getFeatures(0), network.getParam("0_W")))
                    .isCloseTo(1, Offset.offset(0.01));
        }
    }

    /** A convolution over words, whose mask is that of an image: 2.34 where 1 was reported. */
    @Test
    void convolutionOverWords_countsWhatTheMaskLeaves() {
        int width = 6;
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ConvolutionLayer.Builder(3, width).nOut(5).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.MAX).build())
                .layer(Networks.softmax(0))
                .setInputType(InputType.convolutional(STEPS, width, 1))
                .build());
        INDArray mask = MASK.reshape(EXAMPLES, 1, STEPS, 1);
        INDArray words =
                Networks.normal(1, DataType.DOUBLE, EXAMPLES, 1, STEPS, width).mul(mask);
        MultiDataSet batch = new MultiDataSet(
                new INDArray[] {words},
                new INDArray[] {Networks.oneHot(3, DataType.DOUBLE, EXAMPLES)},
                new INDArray[] {mask.castTo(DataType.FLOAT)},
                null);
        InitializerContract.of(Lsuv.defaults()).check(network::clone, batch);
        Lsuv.defaults().initialize(network, batch);
        assertThat(varianceOfWindows(words, network.getParam("0_W"))).isCloseTo(1, Offset.offset(0.01));
    }

    /** Over the windows that begin with a word. */
    private static double varianceOfWindows(INDArray words, INDArray kernels) {
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            for (int first = 0; first + 3 <= STEPS && MASK.getDouble(i, first) != 0; first++) {
                for (int unit = 0; unit < kernels.size(0); unit++) {
                    double response = 0;
                    for (int y = 0; y < 3; y++) {
                        for (int x = 0; x < kernels.size(3); x++) {
                            response += words.getDouble(i, 0, first + y, x) * kernels.getDouble(unit, 0, y, x);
                        }
                    }
                    sum += response;
                    squares += response * response;
                    count++;
                }
            }
        }
        return squares / count - sum / count * (sum / count);
    }

    /** "A mask of shape [60, 9] does not fit activations of shape [60, 6]", behind whatever ends the time axis. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("layersOverTime")
    void probeAndDoctor_behindTheEndOfTheTimeAxis_haveNoMask(Map.Entry<String, Layer> layer) {
        MultiLayerNetwork network = network(layer.getValue(), true);
        MultiDataSet batch = batch(network, 0);
        Probe.defaults().measure(network, batch);
        InitDoctor.look(network, batch).forEach(vitals -> {
            if (vitals.units().rank() != null) {
                assertThat(vitals.units().rank()).isLessThanOrEqualTo(1);
            }
        });
    }
}
