package io.github.dl4jinit.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitLecunUniform;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

class InitContractTest {
    static Stream<InitContract> good() {
        return Stream.concat(
                Stream.of(
                                VarianceScaling.heNormal(0.1),
                                VarianceScaling.glorotUniform(),
                                new VarianceScaling(
                                        0.7,
                                        io.github.dl4jinit.scheme.Fan.OUT,
                                        io.github.dl4jinit.scheme.Law.TRUNCATED_NORMAL))
                        .map(s -> InitContract.of(s).withVariance(s::variance)),
                Stream.of(
                        InitContract.of(new Orthogonal(1.5))
                                .withVariance(shape -> 2.25
                                        / Math.max(
                                                1.0 * shape.nOut(),
                                                shape.kind() == WeightShape.Kind.EMBEDDING
                                                        ? shape.nIn()
                                                        : shape.fanIn())),
                        InitContract.of(new Sparse(3, 0.5)).withVariance(shape -> 3 * 0.25 / shape.fanIn()),
                        InitContract.of(new DeltaOrthogonal(0.9)),
                        InitContract.of(new Dirac(0.9)).withoutRandomness(),
                        InitContract.of(new Hadamard(1.1)).withoutRandomness(),
                        InitContract.of(OnesOrthogonal.defaults()).withoutRandomness(),
                        InitContract.of(new WeightInitRelu()).withVariance(shape -> 2 / shape.fanIn())));
    }

    /** DL4J's own Relu divides by the fan 0 of a PReLU; ours pass without a blemish. */
    @ParameterizedTest
    @MethodSource("good")
    void examine_goodInitializer_findsNothing(InitContract contract) {
        InitContract.Result result = contract.examine();
        if (contract.init() instanceof WeightInitRelu) {
            assertThat(result.violations())
                    .allMatch(text -> text.startsWith("PReLU, fans 0") || text.contains("DL4J passes wrong fans here"))
                    .anyMatch(text -> text.startsWith("LSTM input weights, 250 to 500: the variance is"))
                    .anyMatch(text -> text.startsWith("1-D convolution of 5 taps"))
                    .anyMatch(text -> text.startsWith("5 x 5 depthwise"))
                    .noneMatch(text -> text.startsWith("embedding") || text.startsWith("3 x 3"));
        } else {
            assertThat(result.violations()).isEmpty();
        }
    }

    @Test
    void examine_deltaOrthogonal_listsWhatItRefuses() {
        assertThat(InitContract.of(new DeltaOrthogonal(1)).examine().refusals())
                .contains("dense, narrowing: DeltaOrthogonal needs a convolution, got DENSE [40, 24]: "
                        + "use Orthogonal on this layer")
                .noneMatch(text -> text.startsWith("2-D convolution"));
    }

    record Ghost() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view.dataType(), shape);
        }
    }

    record WrongOrder() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view).reshape(order == 'c' ? 'f' : 'c', shape);
        }
    }

    record Half() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            view.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, (view.length() + 1) / 2))
                    .assign(1);
            return view.reshape(order, shape);
        }
    }

    record OwnGenerator() implements IWeightInit {
        private static final java.util.Random RANDOM = new java.util.Random(1);

        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return view.assign(RANDOM.nextGaussian()).reshape(order, shape);
        }
    }

    record TooWide() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view).muli(Math.sqrt(1.05 / fanIn)).reshape(order, shape);
        }
    }

    static final class FinalField implements IWeightInit {
        private final double gain;

        FinalField(double gain) {
            this.gain = gain;
        }

        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view).muli(gain).reshape(order, shape);
        }
    }

    record HoldsArray(@JsonProperty("mean") INDArray mean) implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view).addi(mean.getDouble(0)).reshape(order, shape);
        }
    }

    record Shifted() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            return Nd4j.randn(view).addi(0.01).reshape(order, shape);
        }
    }

    record Outside() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            INDArray weights = Nd4j.randn(view).reshape(order, shape);
            // As with a native call that is told a length too large; ND4J itself looks at the bounds.
            if (view.data().addressPointer() instanceof FloatPointer floats) {
                floats.put(view.length(), 1);
            }
            return weights;
        }
    }

    record Infinite() implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            Nd4j.randn(view).putScalar(0, Double.POSITIVE_INFINITY);
            return view.reshape(order, shape);
        }
    }

    record Nothing() implements IWeightInit {
        @Override
        @SuppressWarnings("NullAway") // what is wrong with it
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            Nd4j.randn(view);
            return null;
        }
    }

    /** Refuses what is longer than its bound, with its message. */
    record Refusing(
            @JsonProperty("longest") long longest,
            @JsonProperty("message") String message) implements IWeightInit {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            if (view.length() > longest) {
                throw new IllegalArgumentException(message.isEmpty() ? null : message);
            }
            return Nd4j.randn(view).reshape(order, shape);
        }
    }

    private static void assertBroken(InitContract contract, String... fragments) {
        assertThatThrownBy(contract::check)
                .isInstanceOf(AssertionError.class)
                .satisfies(error -> assertThat(error.getMessage()).contains(fragments));
    }

    @Test
    void check_freshArray_namesTheGhost() {
        assertBroken(
                InitContract.of(new Ghost()),
                "dense, narrowing, FLOAT: returned an array of its own, which trains a ghost that is never saved",
                "left 960 of 960 numbers of paramView unwritten or NaN");
    }

    @Test
    void check_wrongOrder_isFound() {
        assertBroken(InitContract.of(new WrongOrder()), "returned another order than 'f'");
    }

    @Test
    void check_halfWritten_isFound() {
        assertBroken(
                InitContract.of(new Half()).withoutRandomness(),
                "left 480 of 960 numbers of paramView unwritten or NaN");
    }

    @Test
    void check_ownGenerator_isFound() {
        assertBroken(InitContract.of(new OwnGenerator()), "one seed gave two results");
    }

    @Test
    void check_lambda_isFound() {
        IWeightInit lambda =
                (fanIn, fanOut, shape, order, view) -> Nd4j.randn(view).reshape(order, shape);
        assertBroken(InitContract.of(lambda), "JSON failed with", "no lambda");
    }

    @Test
    void check_finalFieldWithoutJsonProperty_isFound() {
        assertBroken(InitContract.of(new FinalField(2)), "JSON failed with", "@JsonProperty");
    }

    @Test
    void check_arrayField_isFound() {
        assertBroken(InitContract.of(new HoldsArray(Nd4j.ones(1))), "JSON", "no INDArray field");
    }

    @Test
    void check_sameWeightsForTwoSeeds_isFound() {
        assertBroken(InitContract.of(new Dirac(1)), "two seeds gave the same weights");
    }

    /** 500,000 weights: 5 standard errors are 1 % for a normal law, so a true excess of 5 % lies 20 standard errors further out. */
    @Test
    void check_varianceFivePercentOff_isFound() {
        assertBroken(
                InitContract.of(new TooWide()).withVariance(shape -> 1 / shape.fanIn()), "times the declared 0.001");
    }

    /** 500,000 weights of variance 1: 5 standard errors of the mean are 0.0071, so that 0.01 is 2 further out. */
    @Test
    void check_meanThatIsOff_isFound() {
        assertBroken(InitContract.of(new Shifted()).withVariance(shape -> 1), "dense 1000 to 500: the mean is 0.0");
    }

    @Test
    void check_writingOutsideTheView_isFound() {
        assertBroken(InitContract.of(new Outside()), "wrote outside paramView, where other layers keep their weights");
    }

    @Test
    void check_infinities_areFound() {
        assertBroken(InitContract.of(new Infinite()), "wrote 1 infinite numbers");
    }

    @Test
    void check_null_isFound() {
        assertBroken(InitContract.of(new Nothing()), "dense, narrowing, FLOAT: returned null");
    }

    @Test
    void check_refusalWithoutMessage_isFound() {
        assertBroken(InitContract.of(new Refusing(100, "")), "refused without a message: say what was given");
    }

    /** A declared variance must not pass because nothing was measured. */
    @Test
    void examine_everyLargeLayoutRefused_isAViolationAndListed() {
        InitContract contract = InitContract.of(new Refusing(100_000, "too long"));
        assertThat(contract.examine().violations()).isEmpty();
        InitContract.Result result = contract.withVariance(shape -> 1).examine();
        assertThat(result.violations())
                .containsExactly("the declared variance was measured nowhere, since all large layouts are refused: "
                        + "see the refusals, or declare none");
        assertThat(result.refusals()).contains("dense 1000 to 500: too long", "embedding, 1000 words: too long");
    }

    @Test
    void check_dl4jLecunUniform_failsItsName() {
        assertBroken(
                InitContract.of(new WeightInitLecunUniform()).withVariance(shape -> 1 / shape.fanIn()),
                "dense 1000 to 500: the variance is 0.00300",
                " times the declared 0.001000");
    }

    /** It used not to return, or to end the JVM. */
    @Test
    @Timeout(20)
    void examine_dl4jsOrthogonalDistribution_failsWithoutBeingCalled() {
        IWeightInit orthogonal = new WeightInitDistribution(new OrthogonalDistribution(1.0));
        InitContract.Result result =
                InitContract.of(orthogonal).withVariance(shape -> 1).examine();
        assertThat(result.violations()).singleElement().asString().contains("it is not called", "new Orthogonal(gain)");
        assertThatThrownBy(() -> InitContract.of(orthogonal).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("new Orthogonal(gain)");
    }
}
