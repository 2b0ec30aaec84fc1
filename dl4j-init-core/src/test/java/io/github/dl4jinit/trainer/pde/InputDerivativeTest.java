package io.github.dl4jinit.trainer.pde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class InputDerivativeTest {

    private static final double[] DIRECTION = {0.7, -1.3};

    static Stream<IActivation> smooth() {
        return Stream.concat(
                Stream.of(
                                Activation.IDENTITY,
                                Activation.TANH,
                                Activation.SIGMOID,
                                Activation.SOFTPLUS,
                                Activation.SOFTSIGN,
                                Activation.SWISH,
                                Activation.GELU,
                                Activation.MISH,
                                Activation.CUBE,
                                Activation.RATIONALTANH,
                                Activation.ELU,
                                Activation.SOFTMAX)
                        .map(Activation::getActivationFunction),
                Stream.of(new ActivationGELU(true)));
    }

    private static NeuralNetConfiguration.Builder base(DataType type, IActivation activation) {
        return Networks.base(type).activation(activation);
    }

    private static DenseLayer dense(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out).biasInit(0.1).build();
    }

    private static OutputLayer output(int in) {
        return new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(in)
                .nOut(1)
                .build();
    }

    private static MultiLayerNetwork chain(DataType type, IActivation activation, Layer... hidden) {
        NeuralNetConfiguration.ListBuilder list = base(type, activation).list();
        for (Layer layer : hidden) {
            list.layer(layer);
        }
        return Networks.init(list.layer(output(4)).build());
    }

    private static MultiLayerNetwork chain(DataType type, IActivation activation) {
        return chain(type, activation, dense(2, 5), dense(5, 4));
    }

    /** a -> b -> (a + b) -> an activation of its own. */
    private static Model residual(DataType type, IActivation activation) {
        return Networks.init(base(type, activation)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(2, 4), "in")
                .addLayer("b", dense(4, 4), "a")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("after", new ActivationLayer(activation), "add")
                .addLayer("out", output(4), "after")
                .setOutputs("out")
                .build());
    }

    private static INDArray points() {
        return Networks.normal(3, DataType.DOUBLE, 6, 2);
    }

    private static INDArray features(Model model, INDArray points) {
        return SplitNetwork.of(model)
                .features(new DataSet(points.castTo(model.params().dataType()), null))
                .castTo(DataType.DOUBLE)
                .dup();
    }

    /** DL4J's own basis, ahead of each point and behind it. */
    private static INDArray differences(Model model, INDArray points, double h) {
        INDArray shift =
                Nd4j.tile(Nd4j.createFromArray(DIRECTION).reshape(1, 2), 6, 1).muli(h);
        return features(model, points.add(shift))
                .sub(features(model, points.sub(shift)))
                .div(2 * h);
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).amaxNumber().doubleValue())
                .as("%s against %s", actual, expected)
                .isLessThan(tolerance * Math.max(1, expected.amaxNumber().doubleValue()));
    }

    @ParameterizedTest
    @MethodSource("smooth")
    void derivative_isThatOfDl4jsOwnBasis(IActivation activation) {
        for (Model model : List.of(chain(DataType.DOUBLE, activation), residual(DataType.DOUBLE, activation))) {
            INDArray points = points();
            InputDerivative.Basis basis =
                    InputDerivative.of(SplitNetwork.of(model)).at(points, DIRECTION);
            assertClose(basis.values(), features(model, points), 1e-13);
            assertClose(basis.derivatives(), differences(model, points, 1e-5), 1e-8);
        }
    }

    /** In a network of floats, DL4J's basis is one of floats; ours is its double. */
    @ParameterizedTest
    @MethodSource("smooth")
    void floatNetworks_areDifferentiatedInDouble(IActivation activation) {
        Model model = residual(DataType.FLOAT, activation);
        InputDerivative.Basis basis = InputDerivative.of(SplitNetwork.of(model)).at(points(), DIRECTION);
        assertThat(basis.derivatives().dataType()).isEqualTo(DataType.DOUBLE);
        assertClose(basis.values(), features(model, points()), 1e-5);
        assertClose(basis.derivatives(), differences(model, points(), 1e-2), 1e-2);
    }

    /** Every parameter, by central differences of a random function of the basis and of one of its derivatives. */
    @ParameterizedTest
    @MethodSource("smooth")
    void pullBacks_agreeWithFiniteDifferences(IActivation activation) {
        for (Model model : List.of(chain(DataType.DOUBLE, activation), residual(DataType.DOUBLE, activation))) {
            InputDerivative derivative = InputDerivative.of(SplitNetwork.of(model));
            INDArray byValues = Networks.normal(4, DataType.DOUBLE, 6, 4);
            INDArray byDerivatives = Networks.normal(5, DataType.DOUBLE, 6, 4);
            InputDerivative.Basis at = derivative.at(small(), DIRECTION);
            INDArray gradient = at.pullBackValues(byValues).add(at.pullBackDerivatives(byDerivatives));
            INDArray parameters = model.params();
            double h = 1e-5;
            for (int i = 0; i < parameters.length(); i++) {
                double kept = parameters.getDouble(i);
                parameters.putScalar(i, kept + h);
                double ahead = pairing(derivative, byValues, byDerivatives);
                parameters.putScalar(i, kept - h);
                double behind = pairing(derivative, byValues, byDerivatives);
                parameters.putScalar(i, kept);
                double slope = (ahead - behind) / (2 * h);
                assertThat(gradient.getDouble(i))
                        .as("parameter %s", i)
                        .isCloseTo(slope, within(1e-7 * Math.max(1, Math.abs(slope))));
            }
        }
    }

    /** Three cubes of large numbers would leave the differences no digits. */
    private static INDArray small() {
        return points().mul(0.3);
    }

    private static double pairing(InputDerivative derivative, INDArray byValues, INDArray byDerivatives) {
        InputDerivative.Basis at = derivative.at(small(), DIRECTION);
        return at.values().mul(byValues).sumNumber().doubleValue()
                + at.derivatives().mul(byDerivatives).sumNumber().doubleValue();
    }

    /** One unit h = tanh(2 x - t + 0.5) at (0.3, 0.4), where its argument is 0.7; along (a, 1) its slope is (2 a - 1) / cosh^2. */
    @Test
    void oneUnit_byHand() {
        MultiLayerNetwork network = Networks.init(base(DataType.DOUBLE, Activation.TANH.getActivationFunction())
                .list()
                .layer(dense(2, 1))
                .layer(output(1))
                .build());
        network.getLayer(0).getParam("W").assign(Nd4j.createFromArray(new double[][] {{2}, {-1}}));
        network.getLayer(0).getParam("b").assign(0.5);
        INDArray point = Nd4j.createFromArray(new double[][] {{0.3, 0.4}});
        InputDerivative.Basis at = InputDerivative.of(SplitNetwork.of(network)).at(point, new double[] {0.75, 1});
        double square = Math.pow(Math.cosh(0.7), -2);
        assertThat(at.values().getDouble(0)).isCloseTo(Math.tanh(0.7), within(1e-15));
        assertThat(at.derivatives().getDouble(0)).isCloseTo(0.5 * square, within(1e-15));

        // dh = (2 w . v) square: by w_x 0.75 square + 0.5 square' x, by b 0.5 square'.
        double bend = -2 * Math.tanh(0.7) * square;
        INDArray gradient = at.pullBackDerivatives(Nd4j.ones(DataType.DOUBLE, 1, 1));
        assertThat(gradient.toDoubleVector())
                .containsExactly(
                        new double[] {0.75 * square + 0.5 * bend * 0.3, square + 0.5 * bend * 0.4, 0.5 * bend, 0, 0},
                        within(1e-15));
    }

    /** Values as DL4J has them, slopes and bends by central differences, also far out and around the seam at 0. */
    @ParameterizedTest
    @MethodSource("smooth")
    void functions_areThoseOfDl4j(IActivation activation) {
        if (activation instanceof ActivationSoftmax) {
            return; // No function of one number; see the networks above.
        }
        SmoothFunction function = Objects.requireNonNull(SmoothFunction.of(activation));
        for (double z : new double[] {-30, -4, -1.3, -0.2, -1e-4, 1e-4, 0.3, 1.1, 5, 30}) {
            INDArray dl4j = activation.getActivation(Nd4j.createFromArray(new double[][] {{z}}), false);
            double h = 1e-5;
            assertThat(function.value().applyAsDouble(z))
                    .as("f(%s)", z)
                    .isCloseTo(dl4j.getDouble(0), near(dl4j.getDouble(0), 1e-12));
            double slope =
                    (function.value().applyAsDouble(z + h) - function.value().applyAsDouble(z - h)) / (2 * h);
            assertThat(function.slope().applyAsDouble(z)).as("f'(%s)", z).isCloseTo(slope, near(slope, 1e-8));
            double bend =
                    (function.slope().applyAsDouble(z + h) - function.slope().applyAsDouble(z - h)) / (2 * h);
            assertThat(function.bend().applyAsDouble(z)).as("f''(%s)", z).isCloseTo(bend, near(bend, 1e-8));
        }
    }

    private static org.assertj.core.data.Offset<Double> near(double value, double tolerance) {
        return within(tolerance * Math.max(1, Math.abs(value)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {
                "RELU",
                "RELU6",
                "LEAKYRELU",
                "SELU",
                "HARDTANH",
                "HARDSIGMOID",
                "RECTIFIEDTANH",
                "THRESHOLDEDRELU",
                "RRELU"
            })
    void kinks_areRefused(Activation activation) {
        assertRefused(chain(DataType.DOUBLE, activation.getActivationFunction()), "'layer0'", "has a kink", "use tanh");
    }

    @Test
    void whatIsNotKnown_isRefusedWithItsName() {
        IActivation tanh = Activation.TANH.getActivationFunction();
        assertRefused(chain(DataType.DOUBLE, new ActivationELU(0.5)), "has a kink");
        assertRefused(
                chain(
                        DataType.DOUBLE,
                        tanh,
                        dense(2, 4),
                        new BatchNormalization.Builder().nIn(4).nOut(4).build()),
                "'layer1'",
                "it is a BatchNormalization");
        assertRefused(
                chain(
                        DataType.DOUBLE,
                        tanh,
                        new DenseLayer.Builder()
                                .nIn(2)
                                .nOut(4)
                                .hasLayerNorm(true)
                                .build()),
                "'layer0'",
                "without layer normalization");
        assertRefused(
                chain(
                        DataType.DOUBLE,
                        tanh,
                        new DenseLayer.Builder().nIn(2).nOut(4).dropOut(0.5).build()),
                "dropout or weight noise: remove it");
        assertRefused(
                Networks.init(base(DataType.DOUBLE, tanh)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("a", dense(2, 2), "in")
                        .addVertex("both", new MergeVertex(), "a", "in")
                        .addLayer("out", output(4), "both")
                        .setOutputs("out")
                        .build()),
                "'both'",
                "only ElementWiseVertex(Add) is known");
        assertRefused(
                Networks.init(
                        base(DataType.DOUBLE, tanh).list().layer(output(2)).build()),
                "no hidden dense layer");
    }

    private static void assertRefused(Model model, String... parts) {
        INDArray before = model.params().dup();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputDerivative.of(SplitNetwork.of(model)))
                .withMessageContainingAll(parts);
        assertThat(model.params()).isEqualTo(before);
    }

    @Test
    void pointsOfAnotherSize_areRefused() {
        InputDerivative derivative =
                InputDerivative.of(SplitNetwork.of(chain(DataType.DOUBLE, Activation.TANH.getActivationFunction())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> derivative.at(Nd4j.ones(DataType.DOUBLE, 3, 5), null))
                .withMessageContaining("must have 2 numbers, got points of shape [3, 5]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> derivative.at(points(), new double[] {1}))
                .withMessageContaining("the direction [1.0]");
    }

    /** A frozen layer has no gradient; a FrozenLayer lets none through to the layers before it, as in DL4J's training. */
    @Test
    void frozenLayers_getNoGradient() {
        IActivation tanh = Activation.TANH.getActivationFunction();
        Model passing = chain(DataType.DOUBLE, tanh, dense(2, 5), new FrozenLayerWithBackprop(dense(5, 4)));
        Model stopping = chain(DataType.DOUBLE, tanh, dense(2, 5), new FrozenLayer(dense(5, 4)));
        INDArray weights = Networks.normal(6, DataType.DOUBLE, 6, 4);
        for (Model model : List.of(passing, stopping)) {
            InputDerivative.Basis at =
                    InputDerivative.of(SplitNetwork.of(model)).at(points(), DIRECTION);
            assertClose(at.derivatives(), differences(model, points(), 1e-5), 1e-8);
            INDArray gradient = at.pullBackDerivatives(weights);
            INDArray first = gradient.get(NDArrayIndex.interval(0, 15));
            assertThat(first.amaxNumber().doubleValue() > 0).isEqualTo(model == passing);
            assertThat(gradient.get(NDArrayIndex.interval(15, gradient.length()))
                            .amaxNumber()
                            .doubleValue())
                    .isZero();
        }
    }
}
