package io.github.dl4jinit.initializer;

import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.internal.gaussian.Polynomial;
import io.github.dl4jinit.internal.gaussian.PolynomialFit;
import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * LPS-reconstruction: <b>a reconstruction from the abstract</b> of the initialization by the linear product structure (Chen, Hao, He), not
 * the paper's algorithm, whose text could not be read. Each neuron starts as one linear factor of a polynomial that stands for its
 * activation.
 *
 * <p>What the abstract says: a network is seen as a nonlinear computation; activations are replaced by polynomials; the linear product
 * structure of numerical algebraic geometry (a start system whose equations are products of linear forms) leads to an initialization;
 * ReLU networks initialized by it die less often than by other schemes. <b>Ours is everything else</b>: the fit, the distribution of the
 * factors, the scale, the sign of the roots. Of the claims, our measurement supports that fewer networks are dead than with He's
 * initialization at every width tried, and does not support "than with existing schemes": {@link RandomizedAsymmetric} leaves fewer dead
 * in the narrowest networks (docs/results).
 *
 * <p>Formula: the activation f is fitted by a polynomial {@code P(z) = a prod(z - r_k)} in least squares, so that
 * {@code P(w h + b) = a prod(w h + b - r_k)} is a product of linear forms in (w, b). A neuron with n terms takes one of the factors: (w,
 * b) is uniform on the sphere of n + 1 dimensions, scaled so that {@code n Var[w] = Gains.of(f)^2} (2 for ReLU), then {@code |r_k|} is
 * added to b with k uniform: the sign for which E[w h + b] > 0. Of complex roots, which have no real linear factor, the real part is
 * taken, where the quadratic factor of the pair is smallest; the report says so.
 *
 * <p>Shapes: hidden dense layers and convolutions with biases, n = nIn taps; output layers stay as they are. A layer whose
 * activation has no polynomial with a root (softmax, a constant) is skipped.
 *
 * <p>When to use it: narrow and deep ReLU networks, if there are no data for {@link Lsuv}. When not: as the method of the paper; with
 * saturating activations, which the shift by a root drives into saturation.
 *
 * <p>Source: Q. Chen, W. Hao, J. He, "A weight initialization based on the linear product structure for neural networks" (Applied
 * Mathematics and Computation 415, 2022, 126722; arXiv 2109.00125), abstract only.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class LinearProduct implements DataFreeInitializer {

    /** On what the polynomial is fitted. */
    public enum Fit {
        /** On an interval around zero, all points alike. */
        INTERVAL,
        /** Under a centred Gaussian. */
        GAUSSIAN
    }

    private final Fit fit;
    private final double reach;
    private final int degree;

    private LinearProduct(Builder builder) {
        fit = builder.fit;
        reach = Bounds.positive("reach", builder.reach);
        degree = builder.degree;
        PolynomialFit.requireDegree(degree);
    }

    /** {@return degree 2 on [-1, 1], the settings that were measured} */
    public static LinearProduct defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return what the distance of activation and polynomial is measured on} */
    public Fit fit() {
        return fit;
    }

    /** {@return half the width of the interval, or the standard deviation of the Gaussian} */
    public double reach() {
        return reach;
    }

    /** {@return the degree of the polynomial} */
    public int degree() {
        return degree;
    }

    @Override
    public InitReport initialize(Model model) {
        Map<IActivation, LinearFactors> known = new HashMap<>();
        return DrawableLayers.initialize(
                "LPS-reconstruction", model, activation -> known.computeIfAbsent(activation, this::factors));
    }

    /**
     * The neurons alone, for arrays that belong to no network.
     *
     * @param activation any function of one number
     * @return overwrites weights {@code [neurons, terms]} and biases {@code [neurons]}, FLOAT or DOUBLE, from {@code Nd4j.getRandom()}
     * @throws IllegalArgumentException if the activation is no function of one number, or its polynomial has no root
     */
    public BiConsumer<INDArray, INDArray> neurons(IActivation activation) {
        return factors(activation)::draw;
    }

    private LinearFactors factors(IActivation activation) {
        Polynomial polynomial = fit == Fit.INTERVAL
                ? PolynomialFit.onInterval(activation, reach, degree)
                : PolynomialFit.gaussian(activation, reach, degree);
        if (polynomial.degree() == 0) {
            throw new IllegalArgumentException(
                    "activation " + ScalarActivation.name(activation) + " is closest to the constant "
                            + polynomial.at(0) + " and so has no linear factor: choose another degree or reach");
        }
        return new LinearFactors(Gains.of(activation), polynomial.roots());
    }

    /** The distribution, with the roots that it draws from. */
    private record LinearFactors(double gain, List<Polynomial.Root> roots) implements NeuronDistribution {

        @Override
        public void draw(INDArray weights, INDArray biases) {
            int terms = weights.columns();
            int neurons = weights.rows();
            Nd4j.exec(new GaussianDistribution(weights, 0, 1));
            Nd4j.exec(new GaussianDistribution(biases, 0, 1));
            try (INDArray shifts = shifts(weights.dataType(), neurons)) {
                INDArray squares = weights.norm2(1).reshape(neurons);
                squares.muli(squares).addi(biases.mul(biases));
                // On the unit sphere of terms + 1 dimensions every entry has variance 1 / (terms + 1).
                double radius = gain * Math.sqrt((terms + 1.0) / terms);
                INDArray factor = Transforms.sqrt(squares, false).rdivi(radius);
                weights.muliColumnVector(factor.reshape(neurons, 1));
                biases.muli(factor).addi(shifts);
            }
        }

        private INDArray shifts(DataType type, int neurons) {
            try (INDArray uniform = Nd4j.rand(DataType.DOUBLE, neurons)) {
                double[] shifts = uniform.toDoubleVector();
                for (int i = 0; i < neurons; i++) {
                    shifts[i] =
                            Math.abs(roots.get((int) (shifts[i] * roots.size())).real());
                }
                return Nd4j.createFromArray(shifts).castTo(type);
            }
        }

        @Override
        public String note() {
            return roots.stream().map(LinearFactors::text).collect(Collectors.joining(", ", "roots ", ""))
                    + (roots.stream().allMatch(Polynomial.Root::isReal) ? "" : "; of complex ones the real part");
        }

        private static String text(Polynomial.Root root) {
            return root.isReal()
                    ? String.format(Locale.ROOT, "%.4f", root.real())
                    : String.format(Locale.ROOT, "%.4f%+.4fi", root.real(), root.imaginary());
        }
    }

    /** Builds a {@link LinearProduct}; what is not set is as in {@link LinearProduct#defaults()}. */
    public static final class Builder {

        private Fit fit = Fit.INTERVAL;
        private double reach = 1;
        private int degree = 2;

        private Builder() {}

        /** The degree of the polynomial: 1 .. 20, default 2. */
        public Builder degree(int n) {
            degree = n;
            return this;
        }

        /** Fits on [-halfWidth, halfWidth], the default with 1: finite and > 0. */
        public Builder interval(double halfWidth) {
            fit = Fit.INTERVAL;
            reach = halfWidth;
            return this;
        }

        /** Fits under N(0, standardDeviation^2): finite and > 0. */
        public Builder gaussian(double standardDeviation) {
            fit = Fit.GAUSSIAN;
            reach = standardDeviation;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public LinearProduct build() {
            return new LinearProduct(this);
        }
    }
}
