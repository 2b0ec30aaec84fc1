package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.WeightView;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

class LossGradientTest {

    private static final int EXAMPLES = 7;
    private static final int INPUTS = 4;

    private static MultiDataSet batch(INDArray features, INDArray labels) {
        return new MultiDataSet(new INDArray[] {features}, new INDArray[] {labels});
    }

    private static MultiDataSet batch(DataSet data) {
        return new MultiDataSet(
                new INDArray[] {data.getFeatures()},
                new INDArray[] {data.getLabels()},
                data.getFeaturesMaskArray() == null ? null : new INDArray[] {data.getFeaturesMaskArray()},
                data.getLabelsMaskArray() == null ? null : new INDArray[] {data.getLabelsMaskArray()});
    }

    private static MultiDataSet tabular(DataType type) {
        return batch(Networks.normal(1, type, EXAMPLES, INPUTS), Networks.oneHot(2, type, EXAMPLES));
    }

    private static MultiLayerNetwork softmaxRegression(DataType type) {
        MultiLayerNetwork network = Networks.init(
                Networks.base(type).list().layer(Networks.softmax(INPUTS)).build());
        network.getParam("0_b").assign(Networks.normal(3, type, Networks.CLASSES));
        return network;
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).norm2Number().doubleValue() / b.norm2Number().doubleValue();
    }

    /**
     * Softmax regression by hand: with class probabilities p and inputs x with a 1 appended,
     * g = mean x (p - y)', H = mean (x x') kron (diag(p) - p p').
     */
    @SuppressWarnings("ArrayRecordComponent") // A bundle of numbers, never compared.
    private record Softmax(double[][] x, double[][] y, double[][] p) {

        static Softmax of(INDArray features, INDArray labels, INDArray weights, INDArray bias) {
            double[][] x = new double[EXAMPLES][INPUTS + 1];
            double[][] p = new double[EXAMPLES][Networks.CLASSES];
            for (int n = 0; n < EXAMPLES; n++) {
                for (int i = 0; i < INPUTS; i++) {
                    x[n][i] = features.getDouble(n, i);
                }
                x[n][INPUTS] = 1;
                double sum = 0;
                for (int c = 0; c < Networks.CLASSES; c++) {
                    double z = bias.getDouble(c);
                    for (int i = 0; i < INPUTS; i++) {
                        z += x[n][i] * weights.getDouble(i, c);
                    }
                    p[n][c] = Math.exp(z);
                    sum += p[n][c];
                }
                for (int c = 0; c < Networks.CLASSES; c++) {
                    p[n][c] /= sum;
                }
            }
            return new Softmax(x, labels.castTo(DataType.DOUBLE).toDoubleMatrix(), p);
        }

        /** Row i, column c: index i + c inputs in DL4J's order 'f', the bias last. */
        int index(int i, int c) {
            return i < INPUTS ? i + c * INPUTS : INPUTS * Networks.CLASSES + c;
        }

        INDArray gradient() {
            double[] g = new double[(INPUTS + 1) * Networks.CLASSES];
            for (int n = 0; n < EXAMPLES; n++) {
                for (int i = 0; i <= INPUTS; i++) {
                    for (int c = 0; c < Networks.CLASSES; c++) {
                        g[index(i, c)] += x[n][i] * (p[n][c] - y[n][c]) / EXAMPLES;
                    }
                }
            }
            return Nd4j.createFromArray(g);
        }

        INDArray hessian() {
            int size = (INPUTS + 1) * Networks.CLASSES;
            double[][] h = new double[size][size];
            for (int n = 0; n < EXAMPLES; n++) {
                for (int i = 0; i <= INPUTS; i++) {
                    for (int j = 0; j <= INPUTS; j++) {
                        for (int c = 0; c < Networks.CLASSES; c++) {
                            for (int d = 0; d < Networks.CLASSES; d++) {
                                double curvature = (c == d ? p[n][c] : 0) - p[n][c] * p[n][d];
                                h[index(i, c)][index(j, d)] += x[n][i] * x[n][j] * curvature / EXAMPLES;
                            }
                        }
                    }
                }
            }
            return Nd4j.createFromArray(h);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void softmaxRegression_byHand(DataType type) {
        MultiLayerNetwork network = softmaxRegression(type);
        MultiDataSet data = tabular(type);
        Softmax byHand =
                Softmax.of(data.getFeatures(0), data.getLabels(0), network.getParam("0_W"), network.getParam("0_b"));
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, data)) {
            INDArray at = loss.parameters();
            assertThat(distance(loss.at(at), byHand.gradient())).isLessThan(1e-13);
            INDArray hessian = byHand.hessian();
            for (int seed = 0; seed < 5; seed++) {
                INDArray v = Networks.normal(seed, DataType.DOUBLE, at.length()).muli(Math.pow(10, seed - 2));
                assertThat(distance(loss.hessianVector(at, v), hessian.mmul(v))).isLessThan(1e-8);
            }
        }
    }

    /** The negative control: the Hessian of half the inputs is not taken for it. */
    @Test
    void softmaxRegression_anotherHessian_isSeen() {
        MultiLayerNetwork network = softmaxRegression(DataType.DOUBLE);
        MultiDataSet data = tabular(DataType.DOUBLE);
        Softmax byHand = Softmax.of(
                data.getFeatures(0).mul(1.001), data.getLabels(0), network.getParam("0_W"), network.getParam("0_b"));
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, data)) {
            INDArray v = Networks.normal(5, DataType.DOUBLE, network.numParams());
            assertThat(distance(
                            loss.hessianVector(loss.parameters(), v),
                            byHand.hessian().mmul(v)))
                    .isGreaterThan(1e-5);
        }
    }

    /** Linear least squares, DL4J's MSE: the mean over outputs of squares, so H = (2 / outputs) mean x x'. */
    @Test
    void linearLeastSquares_byHand() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(INPUTS)
                        .nOut(2)
                        .build())
                .build());
        INDArray x = Networks.normal(1, DataType.DOUBLE, EXAMPLES, INPUTS);
        INDArray y = Networks.normal(2, DataType.DOUBLE, EXAMPLES, 2);
        INDArray ones = Nd4j.hstack(x, Nd4j.ones(DataType.DOUBLE, EXAMPLES, 1));
        INDArray gram = ones.transpose().mmul(ones).divi(EXAMPLES);
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, batch(x, y))) {
            INDArray at = loss.parameters();
            INDArray v = Networks.normal(3, DataType.DOUBLE, at.length());
            INDArray columns = Nd4j.vstack(
                    v.get(NDArrayIndex.interval(0, 2 * INPUTS)).dup().reshape('f', INPUTS, 2),
                    v.get(NDArrayIndex.interval(2 * INPUTS, 2 * INPUTS + 2))
                            .dup()
                            .reshape(1, 2));
            INDArray product = gram.mmul(columns);
            INDArray weights = product.get(NDArrayIndex.interval(0, INPUTS), NDArrayIndex.all())
                    .dup('f')
                    .reshape('f', new long[] {2 * INPUTS});
            INDArray byHand = Nd4j.concat(0, weights, product.getRow(INPUTS).dup());
            assertThat(distance(loss.hessianVector(at, v), byHand)).isLessThan(1e-9);
            double squares = network.output(x).sub(y).norm2Number().doubleValue();
            assertThat(loss.loss(at)).isCloseTo(squares * squares / (2 * EXAMPLES), within(1e-12));
        }
    }

    /** Against a difference of the loss itself, along random directions; the loss is DL4J's score, L2 taken away. */
    private static void assertGradientAndHessian(Model model, MultiDataSet data) {
        try (NetworkCopy view = NetworkCopy.of(model);
                LossGradient loss = LossGradient.of(view, data)) {
            INDArray at = loss.parameters();
            INDArray gradient = loss.at(at);
            INDArray learned = loss.hessianVector(at, Nd4j.ones(DataType.DOUBLE, at.length()));
            assertThat(gradient.norm2Number().doubleValue()).isGreaterThan(1e-3);
            Random random = new Random(4);
            for (int i = 0; i < 2; i++) {
                INDArray u = masked(gradient, Networks.normal(random.nextLong(), DataType.DOUBLE, at.length()));
                INDArray v = masked(gradient, Networks.normal(random.nextLong(), DataType.DOUBLE, at.length()));
                double h = 1e-5;
                double slope = (loss.loss(at.add(u.mul(h))) - loss.loss(at.sub(u.mul(h)))) / (2 * h);
                assertThat(gradient.mul(u).sumNumber().doubleValue()).isCloseTo(slope, within(1e-7));
                double step = 1e-4;
                double mixed = (loss.loss(at.add(u.add(v).mul(step)))
                                - loss.loss(at.add(u.sub(v).mul(step)))
                                - loss.loss(at.sub(u.sub(v).mul(step)))
                                + loss.loss(at.sub(u.add(v).mul(step))))
                        / (4 * step * step);
                INDArray hv = loss.hessianVector(at, v);
                double form = hv.mul(u).sumNumber().doubleValue();
                double size = hv.norm2Number().doubleValue() * u.norm2Number().doubleValue();
                assertThat(form).isCloseTo(mixed, within(1e-5 * size + 1e-6));
                // Symmetry: u'Hv = v'Hu.
                assertThat(form)
                        .isCloseTo(loss.hessianVector(at, u).mul(v).sumNumber().doubleValue(), within(1e-7 * size));
            }
            assertThat(learned.norm2Number().doubleValue()).isFinite();
        }
    }

    /** Directions within what is learned: where all gradients of a layer are 0, it is frozen or a statistic. */
    private static INDArray masked(INDArray gradient, INDArray direction) {
        return direction.muli(gradient.neq(0).castTo(DataType.DOUBLE));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void chain_withDropoutAndL2(DataType type) {
        assertGradientAndHessian(
                Networks.convolutional(type),
                batch(Networks.batches(type, EXAMPLES, 2, 6, 6).get(0)));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void graph_residualWithDropout(DataType type) {
        assertGradientAndHessian(
                Networks.residual(type),
                batch(Networks.batches(type, EXAMPLES, 5).get(0)));
    }

    @Test
    void graph_twoInputsAndOutputs() {
        assertGradientAndHessian(
                Networks.twoInputs(DataType.DOUBLE),
                Networks.multiBatches(DataType.DOUBLE, EXAMPLES).get(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void series_maskedAndTruncated(boolean truncated) {
        DataSet series = Networks.series(DataType.DOUBLE, EXAMPLES, 4, 6, true).get(0);
        assertGradientAndHessian(Networks.recurrent(DataType.DOUBLE, truncated), batch(series));
        assertGradientAndHessian(Networks.recurrentGraph(DataType.FLOAT, truncated), batch(series));
    }

    /** What is random in training is not random here, inside wrappers too, and the user's configuration keeps it. */
    @Test
    void noise_isOffInsideWrappers_andTheModelKeepsIt() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new Bidirectional(new LSTM.Builder()
                        .nOut(5)
                        .dropOut(0.5)
                        .weightNoise(new DropConnect(0.5))
                        .build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new GaussianNoise(1))
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4))
                .build());
        String before = network.getLayerWiseConfigurations().toJson();
        DataSet series = Networks.series(DataType.DOUBLE, EXAMPLES, 4, 6, false).get(0);
        assertGradientAndHessian(network, batch(series));
        assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(before);
        INDArray probabilities = network.output(series.getFeatures());
        double crossEntropy = -Transforms.log(probabilities)
                        .mul(series.getLabels())
                        .sumNumber()
                        .doubleValue()
                / EXAMPLES;
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, batch(series))) {
            assertThat(loss.loss(loss.parameters())).isCloseTo(crossEntropy, within(1e-10));
        }
    }

    /** Draws noise in every pass, as DL4J's randomized ReLU does, which cannot compute in double precision. */
    public static final class Noisy extends ActivationTanH {
        private static final long serialVersionUID = 1L;

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return super.getActivation(in.addi(Nd4j.randn(in.dataType(), in.shape())), training);
        }
    }

    /** Every evaluation draws the same and leaves no trace. */
    @Test
    void randomActivation_isTheSameEachTime_andLeavesTheGeneratorAlone() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(6)
                        .activation(new Noisy())
                        .build())
                .layer(Networks.softmax(6))
                .build());
        Nd4j.getRandom().setSeed(8);
        RandomState generator = RandomState.current();
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, tabular(DataType.DOUBLE))) {
            INDArray at = loss.parameters();
            assertThat(loss.at(at)).isEqualTo(loss.at(at));
            assertThat(loss.loss(at)).isEqualTo(loss.loss(at));
            assertThat(RandomState.current()).isEqualTo(generator);
        }
    }

    @Test
    void statisticsAndFrozenLayers_haveNoGradient() {
        MultiLayerNetwork network = new TransferLearning.Builder(Networks.init(Networks.base(DataType.DOUBLE)
                        .list()
                        .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(6).build())
                        .layer(new DenseLayer.Builder().nIn(6).nOut(6).build())
                        .layer(new BatchNormalization.Builder().nIn(6).nOut(6).build())
                        .layer(Networks.softmax(6))
                        .build()))
                .setFeatureExtractor(0)
                .build();
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, tabular(DataType.DOUBLE))) {
            INDArray at = loss.parameters();
            INDArray gradient = loss.at(at);
            INDArray product = loss.hessianVector(at, Nd4j.ones(DataType.DOUBLE, at.length()));
            for (INDArray vector : new INDArray[] {gradient, product}) {
                assertThat(sizeOf(vector, network.getParam("0_W"))).isZero();
                assertThat(sizeOf(vector, network.getParam("0_b"))).isZero();
                assertThat(sizeOf(vector, network.getParam("2_mean"))).isZero();
                assertThat(sizeOf(vector, network.getParam("2_log10stdev"))).isZero();
                assertThat(sizeOf(vector, network.getParam("1_W"))).isPositive();
                assertThat(sizeOf(vector, network.getParam("2_gamma"))).isPositive();
            }
            assertThat(loss.hessianVector(at, zeroed(at))).isEqualTo(zeroed(at));
        }
    }

    private static INDArray zeroed(INDArray vector) {
        return Nd4j.zeros(DataType.DOUBLE, vector.length());
    }

    private static double sizeOf(INDArray vector, INDArray parameter) {
        return LossGradient.part(vector, parameter).amaxNumber().doubleValue();
    }

    @Test
    void part_isWhereTheParameterLies() {
        ComputationGraph graph = Networks.twoInputs(DataType.FLOAT);
        try (NetworkCopy view = NetworkCopy.of(graph);
                LossGradient loss = LossGradient.of(
                        view, Networks.multiBatches(DataType.FLOAT, EXAMPLES).get(0))) {
            INDArray at = loss.parameters();
            for (LayerView layer : view.layers()) {
                WeightView map = layer.weights().get(0);
                INDArray inMemoryOrder = map.weights()
                        .dup(map.weights().ordering())
                        .reshape(
                                map.weights().ordering(),
                                new long[] {map.weights().length()})
                        .castTo(DataType.DOUBLE);
                assertThat(LossGradient.part(at, map.weights())).isEqualTo(inMemoryOrder);
                assertThat(map.bias()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void theViewTheModelAndTheBatch_areLeftAlone(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, INPUTS, 6);
        INDArray before = network.params().dup();
        MultiDataSet data = tabular(type);
        INDArray features = data.getFeatures(0).dup();
        try (NetworkCopy view = NetworkCopy.of(network)) {
            try (LossGradient loss = LossGradient.of(view, data)) {
                loss.at(loss.parameters().addi(1));
                assertThat(loss.parameters().castTo(type)).isEqualTo(before);
            }
            view.commit();
        }
        assertThat(network.params()).isEqualTo(before);
        assertThat(data.getFeatures(0)).isEqualTo(features);
    }

    /** The random linear loss is linear in the output's weights: its gradient there is the mean of x r', whatever the weights. */
    @Test
    void randomGradient_isOneOfALinearLoss() {
        MultiLayerNetwork network = softmaxRegression(DataType.DOUBLE);
        INDArray features = tabular(DataType.DOUBLE).getFeatures(0);
        try (NetworkCopy view = NetworkCopy.of(network)) {
            Nd4j.getRandom().setSeed(3);
            INDArray top = Nd4j.randn(DataType.DOUBLE, EXAMPLES, Networks.CLASSES);
            Nd4j.getRandom().setSeed(3);
            try (LossGradient loss = LossGradient.random(view, new MultiDataSet(new INDArray[] {features}, null))) {
                INDArray gradient = loss.at(loss.parameters());
                INDArray byHand = features.transpose().mmul(top).divi(EXAMPLES).dup('f');
                INDArray weights = LossGradient.part(gradient, network.getParam("0_W"));
                assertThat(distance(weights, byHand.reshape('f', new long[] {byHand.length()})))
                        .isLessThan(1e-13);
                assertThat(distance(loss.at(loss.parameters().mul(3)), gradient))
                        .isLessThan(1e-13);
                double value = loss.loss(loss.parameters());
                INDArray z = features.mmul(network.getParam("0_W")).addiRowVector(network.getParam("0_b"));
                assertThat(value).isCloseTo(z.mul(top).sumNumber().doubleValue() / EXAMPLES, within(1e-12));
            }
        }
    }

    @Test
    void badInput_isRefused() {
        NetworkCopy view = NetworkCopy.of(Networks.dense(DataType.DOUBLE, Activation.TANH, INPUTS, 6));
        MultiDataSet data = tabular(DataType.DOUBLE);
        assertThatThrownBy(() -> LossGradient.of(view, new MultiDataSet(data.getFeatures(), null)))
                .hasMessageContaining("a loss needs labels: the network has 1 output(s), the batch has 0");
        assertThatThrownBy(() -> LossGradient.of(
                        view,
                        batch(
                                Nd4j.valueArrayOf(new long[] {EXAMPLES, INPUTS}, Double.NaN, DataType.DOUBLE),
                                data.getLabels(0))))
                .hasMessageContaining("NaN");
        LossGradient loss = LossGradient.of(view, data);
        assertThatThrownBy(() -> loss.at(Nd4j.ones(DataType.DOUBLE, 3)))
                .hasMessageContaining("must be a vector of length")
                .hasMessageContaining("[3]");
        assertThatThrownBy(() -> loss.hessianVector(loss.parameters(), Nd4j.ones(DataType.DOUBLE, 1, 3)))
                .hasMessageContaining("[1, 3]");
    }
}
