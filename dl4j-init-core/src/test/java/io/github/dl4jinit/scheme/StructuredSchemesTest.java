package io.github.dl4jinit.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class StructuredSchemesTest {
    private static final long[] THREE = {3, 3};
    private static final long[] ONE = {1, 1};

    private static INDArray fill(WeightScheme scheme, WeightShape shape, DataType type) {
        long[] sizes = shape.shape().stream().mapToLong(Long::longValue).toArray();
        // In the middle of a larger array, as all weights of a network but the first; and NaN, which must not get
        // through.
        INDArray weights = Nd4j.valueArrayOf(new long[] {shape.length() + 5}, Double.NaN, type)
                .get(NDArrayIndex.interval(5, 5 + shape.length()))
                .reshape(shape.order(), true, sizes);
        Nd4j.getRandom().setSeed(5);
        scheme.fill(shape, weights);
        return weights;
    }

    /** Distance from gain^2 I of the smaller Gram matrix, the product written out here. */
    private static double gramError(INDArray matrix, double gain) {
        INDArray m = matrix.castTo(DataType.DOUBLE).dup('c');
        INDArray tall = m.rows() >= m.columns() ? m : m.transpose();
        return tall.transpose()
                .mmul(tall)
                .subi(Nd4j.eye(tall.columns()).castTo(DataType.DOUBLE).muli(gain * gain))
                .amaxNumber()
                .doubleValue();
    }

    static Stream<WeightShape> shapes() {
        return Stream.of(
                WeightShape.dense(40, 40),
                WeightShape.dense(70, 30),
                WeightShape.dense(30, 70),
                WeightShape.dense(1, 9),
                WeightShape.lstm(20, 30, 0),
                WeightShape.lstm(30, 30, 3),
                WeightShape.convolution(8, 16, new long[] {3}, new long[] {1}),
                WeightShape.convolution(8, 16, THREE, ONE),
                WeightShape.convolution(2, 60, THREE, ONE),
                WeightShape.convolution(3, 8, new long[] {2, 3, 2}, new long[] {1, 1, 1}),
                WeightShape.deconvolution(16, 8, THREE, ONE),
                WeightShape.deconvolution(8, 3, new long[] {2, 3, 2}, new long[] {1, 1, 1}),
                WeightShape.depthwise(5, 2, THREE, ONE),
                WeightShape.separableDepth(5, 2, THREE, ONE),
                WeightShape.pointwise(10, 20),
                WeightShape.elementWise(6));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void orthogonal_everyKind_hasOrthonormalMatrices(WeightShape shape) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray weights = fill(new Orthogonal(1.25), shape, type);
            for (INDArray matrix : shape.matrices(weights)) {
                assertThat(gramError(matrix, 1.25)).isLessThan(type == DataType.FLOAT ? 1e-5 : 1e-12);
            }
            if (shape.peepholes() > 0) {
                assertThat(weights.get(NDArrayIndex.all(), NDArrayIndex.interval(120, 123))
                                .amaxNumber()
                                .doubleValue())
                        .isZero();
            }
        }
    }

    /** The rows of a convolution's flattened kernel, through plain indices: not through WeightShape's own views. */
    @Test
    void orthogonal_convolution_hasOrthonormalFilters() {
        INDArray w = fill(new Orthogonal(1), WeightShape.convolution(8, 16, THREE, ONE), DataType.DOUBLE);
        for (int a = 0; a < 16; a++) {
            for (int b = 0; b <= a; b++) {
                double product = w.get(
                                NDArrayIndex.point(a), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all())
                        .mul(w.get(NDArrayIndex.point(b), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all()))
                        .sumNumber()
                        .doubleValue();
                assertThat(product).isCloseTo(a == b ? 1 : 0, within(1e-12));
            }
        }
    }

    /** An upsampling layer whose stride is its kernel puts patches side by side, so orthonormal columns keep the norm. */
    @Test
    void orthogonal_realUpsamplingLayer_keepsTheNorm() {
        MultiLayerNetwork net = SingleLayer.network(
                new Deconvolution2D.Builder(2, 2)
                        .stride(2, 2)
                        .nOut(6)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .weightInit(new Orthogonal(1))
                        .build(),
                InputType.convolutional(5, 5, 12));
        INDArray x = Nd4j.randn(4, 12, 5, 5);
        assertThat(net.output(x).norm2Number().doubleValue() / x.norm2Number().doubleValue())
                .isCloseTo(1, within(1e-5));
    }

    static Stream<Arguments> passing() {
        InputType image = InputType.convolutional(7, 8, 5);
        long[] pixels = {2, 5, 7, 8};
        Dirac dirac = new Dirac(1);
        return Stream.concat(
                Stream.of(1, 2, 3, 4, 5)
                        .map(k -> Arguments.of(
                                new ConvolutionLayer.Builder(k, k)
                                        .nOut(5)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .weightInit(dirac)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                image,
                                pixels)),
                Stream.of(
                        Arguments.of(
                                new Convolution1DLayer.Builder(3)
                                        .nIn(5)
                                        .nOut(5)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .weightInit(dirac)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                InputType.recurrent(5, 9),
                                new long[] {2, 5, 9}),
                        Arguments.of(
                                new Convolution3D.Builder(3, 2, 3)
                                        .nOut(5)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .weightInit(dirac)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 5, 6, 5),
                                new long[] {2, 5, 4, 5, 6}),
                        Arguments.of(
                                new Deconvolution2D.Builder(3, 3)
                                        .nOut(5)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .weightInit(dirac)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                image,
                                pixels),
                        Arguments.of(
                                new DepthwiseConvolution2D.Builder(3, 3)
                                        .depthMultiplier(1)
                                        .nOut(5)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .weightInit(dirac)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                image,
                                pixels)));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void dirac_realLayer_passesItsInputUnchanged(Layer layer, InputType type, long[] shape) {
        INDArray x = Nd4j.randn(shape);
        INDArray y = SingleLayer.network(layer, type).output(x);
        assertThat(y.shape()).containsExactly(shape);
        assertThat(y.sub(x).amaxNumber().doubleValue()).isLessThan(1e-6);
    }

    /** Fifty layers on a ring, each tap a shifted product: the convolution is written here, DL4J has no circular padding. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void deltaOrthogonal_fiftyLinearLayers_keepTheNorm(int k) {
        WeightShape shape = WeightShape.convolution(6, 6, new long[] {k, 1}, ONE);
        int positions = 11;
        Nd4j.getRandom().setSeed(3);
        INDArray x = Nd4j.randn(DataType.DOUBLE, 6, positions);
        double before = x.norm2Number().doubleValue();
        INDArray flat = Nd4j.createUninitialized(DataType.DOUBLE, shape.length());
        for (int layer = 0; layer < 50; layer++) {
            INDArray w = flat.reshape('c', true, 6, 6, k, 1);
            new DeltaOrthogonal(1).fill(shape, w);
            INDArray y = Nd4j.zeros(DataType.DOUBLE, 6, positions);
            for (int p = 0; p < positions; p++) {
                for (int t = 0; t < k; t++) {
                    INDArray tap =
                            w.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t), NDArrayIndex.point(0));
                    INDArray at = x.getColumn((p + t) % positions, true).dup();
                    y.getColumn(p, true).addi(tap.dup().mmul(at));
                }
            }
            x = y;
        }
        assertThat(x.norm2Number().doubleValue() / before).isCloseTo(1, within(1e-11));
        // The negative control: a flattened orthogonal kernel does not keep it.
        new Orthogonal(1).fill(shape, flat.reshape('c', true, 6, 6, k, 1));
        assertThat(gramError(
                        flat.reshape('c', true, 6, 6, k)
                                .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(1)),
                        1))
                .isGreaterThan(0.1);
    }

    @Test
    void deltaOrthogonal_whatItCannotDo_isSaid() {
        assertThatThrownBy(
                        () -> fill(new DeltaOrthogonal(1), WeightShape.convolution(64, 32, THREE, ONE), DataType.FLOAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("DeltaOrthogonal needs nOut >= nIn, got nIn 64, nOut 32 in CONV_2D [32, 64, 3, 3]: "
                        + "use Orthogonal on this layer");
        assertThatThrownBy(() -> fill(new DeltaOrthogonal(1), WeightShape.dense(4, 8), DataType.FLOAT))
                .hasMessage("DeltaOrthogonal needs a convolution, got DENSE [4, 8]: use Orthogonal on this layer");
    }

    @Test
    void sparse_denseAndConvolution_haveExactlyThatManyPerUnit() {
        for (WeightShape shape : new WeightShape[] {
            WeightShape.dense(200, 300), WeightShape.lstm(40, 20, 3), WeightShape.convolution(4, 50, THREE, ONE)
        }) {
            INDArray weights = fill(Sparse.martens(), shape, DataType.FLOAT);
            for (INDArray matrix : shape.matrices(weights)) {
                for (int i = 0; i < matrix.rows(); i++) {
                    assertThat(Arrays.stream(matrix.getRow(i).toDoubleVector())
                                    .filter(w -> w != 0)
                                    .count())
                            .isEqualTo(15);
                }
            }
        }
    }

    /**
     * 100,000 units of 3 connections among 20: each place is taken 15,000 times, give or take 113 (binomial). Half of that
     * difference more would be 66 standard deviations.
     */
    @Test
    void sparse_manyUnits_chooseEveryPlaceAlike() {
        INDArray weights = fill(new Sparse(3, 2), WeightShape.dense(20, 100_000), DataType.FLOAT);
        for (int j = 0; j < 20; j++) {
            long taken = Arrays.stream(weights.getRow(j).toDoubleVector())
                    .filter(w -> w != 0)
                    .count();
            assertThat((double) taken).isCloseTo(15_000, within(5 * 113.0));
        }
        assertThat(weights.norm2Number().doubleValue() / Math.sqrt(300_000))
                .isCloseTo(2, within(2 * 5 / Math.sqrt(600_000)));
    }

    @Test
    void sparse_tooFewInputs_isSaid() {
        assertThatThrownBy(() -> fill(Sparse.martens(), WeightShape.dense(10, 8), DataType.FLOAT))
                .hasMessage("Sparse needs at least 15 incoming weights for each unit, got 10 in DENSE [10, 8]: "
                        + "ask for fewer connections, or use VarianceScaling on this layer");
        assertThatThrownBy(() -> new Sparse(0, 1)).hasMessage("connections must be >= 1, got 0");
    }

    @Test
    void hadamard_narrowing_isThePartialIdentity() {
        INDArray w = fill(new Hadamard(1), WeightShape.dense(7, 4), DataType.DOUBLE);
        assertThat(w.sub(Nd4j.eye(7).castTo(DataType.DOUBLE).get(NDArrayIndex.all(), NDArrayIndex.interval(0, 4)))
                        .amaxNumber()
                        .doubleValue())
                .isZero();
    }

    /** Against Sylvester's doubling H -> [[H, H], [H, -H]], and orthonormal for a power of two. */
    @Test
    void hadamard_widening_isSylvestersMatrix() {
        INDArray h = Nd4j.ones(DataType.DOUBLE, 1, 1);
        while (h.rows() < 16) {
            h = Nd4j.vstack(Nd4j.hstack(h, h), Nd4j.hstack(h, h.neg()));
        }
        INDArray w = fill(new Hadamard(2), WeightShape.dense(5, 16), DataType.DOUBLE);
        INDArray expected =
                h.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 5)).mul(2.0 / 4);
        assertThat(w.transpose().sub(expected).amaxNumber().doubleValue()).isLessThan(1e-15);
        assertThat(gramError(w, 2)).isLessThan(1e-12);
        INDArray odd = fill(new Hadamard(1), WeightShape.dense(5, 11), DataType.DOUBLE);
        assertThat(odd.transpose()
                        .sub(expected.get(NDArrayIndex.interval(0, 11), NDArrayIndex.all())
                                .div(2))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-15);
    }

    @Test
    void hadamard_convolution_leavesAllButTheCentreZero() {
        INDArray w = fill(new Hadamard(1), WeightShape.convolution(3, 4, THREE, ONE), DataType.FLOAT);
        INDArray centre = w.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.point(1));
        assertThat(gramError(centre, 1)).isLessThan(1e-6);
        assertThat(w.norm2Number().doubleValue()).isCloseTo(centre.norm2Number().doubleValue(), within(1e-6));
    }

    /** A word picks one row: a scheme of mostly zeros would leave nearly all words alike. */
    @Test
    void fill_embedding_isRefusedByTheMostlyZeroSchemes() {
        for (WeightScheme scheme : new WeightScheme[] {new Sparse(3, 1), new Dirac(1), new Hadamard(1)}) {
            assertThatThrownBy(() -> fill(scheme, WeightShape.embedding(100, 8), DataType.FLOAT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(scheme.getClass().getSimpleName()
                            + " would leave rows of an embedding without any information, got EMBEDDING [100, 8]: "
                            + "use VarianceScaling on this layer");
        }
        INDArray words = fill(new Orthogonal(2), WeightShape.embedding(100, 8), DataType.DOUBLE);
        assertThat(words.norm2Number().doubleValue() / Math.sqrt(800)).isCloseTo(2 / Math.sqrt(100), within(1e-12));
    }

    @Test
    void fill_half_isRefusedByTheOrthogonalSchemes() {
        for (WeightScheme scheme : new WeightScheme[] {new Orthogonal(1), new DeltaOrthogonal(1)}) {
            assertThatThrownBy(() -> fill(scheme, WeightShape.convolution(2, 4, THREE, ONE), DataType.FLOAT16))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(scheme.getClass().getSimpleName()
                            + " needs FLOAT or DOUBLE weights, got HALF in CONV_2D [4, 2, 3, 3]: use VarianceScaling on this"
                            + " layer, or dataType(DataType.FLOAT) in the configuration");
        }
    }

    /**
     * White inputs of variance 1 through matrices of gain 1. Wide: the variance of each unit is kept. Tall: the norm is, and each unit has
     * columns / rows of it. 20,000 examples: the standard error of a mean square over all units is below 0.3 %.
     */
    @Test
    void orthogonal_wideAndTall_keepVarianceOrNorm() {
        Nd4j.getRandom().setSeed(11);
        INDArray wide = fill(new Orthogonal(1), WeightShape.dense(60, 20), DataType.DOUBLE);
        INDArray tall = fill(new Orthogonal(1), WeightShape.dense(20, 60), DataType.DOUBLE);
        INDArray many = Nd4j.randn(DataType.DOUBLE, 20_000, 60);
        INDArray few = Nd4j.randn(DataType.DOUBLE, 20_000, 20);
        INDArray narrowed = many.mmul(wide);
        INDArray widened = few.mmul(tall);
        assertThat(meanSquare(narrowed)).isCloseTo(1, within(0.015));
        assertThat(meanSquare(widened)).isCloseTo(20.0 / 60, within(0.005));
        assertThat(widened.norm2Number().doubleValue())
                .isCloseTo(
                        few.norm2Number().doubleValue(),
                        within(1e-9 * few.norm2Number().doubleValue()));
    }

    private static double meanSquare(INDArray array) {
        double norm = array.norm2Number().doubleValue();
        return norm * norm / (double) array.length();
    }

    @Test
    void constructors_badGain_sayTheValueAndTheBound() {
        assertThatThrownBy(() -> new Orthogonal(-1)).hasMessage("gain must be finite and > 0, got -1.0");
        assertThatThrownBy(() -> new DeltaOrthogonal(Double.NaN)).hasMessage("gain must be finite and > 0, got NaN");
        assertThatThrownBy(() -> new Dirac(0)).hasMessage("gain must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new Hadamard(Double.POSITIVE_INFINITY))
                .hasMessage("gain must be finite and > 0, got Infinity");
    }
}
