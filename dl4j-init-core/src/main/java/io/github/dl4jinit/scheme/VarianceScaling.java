package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.number.Bounds;
import java.util.Objects;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent weights of mean 0 whose variance is inversely proportional to the number of connections.
 *
 * <p>{@code Var[w] = scale / fan}, for every distribution: the bound of the uniform one is {@code sqrt(3 scale / fan)}, and the
 * truncated normal is corrected for what truncation takes.
 *
 * <p>Works for every layer; {@code fan} is the true one ({@link WeightShape}), whatever DL4J passes. The gates of an LSTM share one
 * distribution, and so do the peepholes of a Graves LSTM; its fanOut is {@code 4 nOut}, all that an input feeds, by our convention (other
 * libraries count one gate).
 *
 * <p>Use the He family for rectifiers, the LeCun family for SELU and for linear layers, the Glorot family for tanh and softsign.
 * It keeps the variance of signals only on average over draws: in narrow or very deep networks {@link Orthogonal} or a pass over
 * data does better.
 *
 * <p>Source: the common form of LeCun, Bottou, Orr, Müller 1998, Efficient BackProp; Glorot and Bengio 2010, Understanding the difficulty
 * of training deep feedforward neural networks, eqs. 1 and 16 (uniform there); He, Zhang, Ren, Sun 2015, Delving deep into rectifiers
 * (normal there); the other distribution of each name is the libraries' custom. That transposed, depthwise and strided convolutions count
 * the terms of the actual sums (averaged over positions) is our reading; the papers treat dense layers and plain convolutions.
 *
 * @param scale the variance of a sum over {@code fan} unit inputs, finite and greater than 0
 * @param fan which count of connections
 * @param law the distribution of one weight
 */
@API(status = API.Status.STABLE, since = "0.1")
public record VarianceScaling(
        @JsonProperty("scale") double scale,
        @JsonProperty("fan") Fan fan,
        @JsonProperty("law") Law law) implements WeightScheme {

    /** Checks the scale. */
    public VarianceScaling {
        Bounds.positive("scale", scale);
        Objects.requireNonNull(fan, "fan must be IN, OUT or AVERAGE, got null");
        Objects.requireNonNull(law, "law must be NORMAL, TRUNCATED_NORMAL or UNIFORM, got null");
    }

    /**
     * Glorot, also called Xavier, normal: {@code Var[w] = 2 / (fanIn + fanOut)}, the variance of Glorot and Bengio 2010, eq. 16; the
     * normal distribution is the libraries' custom. DL4J's XAVIER, Keras's GlorotNormal (but that is truncated).
     *
     * @return {@code new VarianceScaling(1, Fan.AVERAGE, Law.NORMAL)}
     */
    public static VarianceScaling glorotNormal() {
        return new VarianceScaling(1, Fan.AVERAGE, Law.NORMAL);
    }

    /**
     * Glorot, also called Xavier, uniform within {@code sqrt(6 / (fanIn + fanOut))}: Glorot and Bengio 2010, eq. 16. DL4J's
     * XAVIER_UNIFORM.
     *
     * @return {@code new VarianceScaling(1, Fan.AVERAGE, Law.UNIFORM)}
     */
    public static VarianceScaling glorotUniform() {
        return new VarianceScaling(1, Fan.AVERAGE, Law.UNIFORM);
    }

    /**
     * He, also called Kaiming, for ReLU, normal: {@code Var[w] = 2 / fanIn}, He et al. 2015. DL4J's RELU.
     *
     * @return {@code new VarianceScaling(2, Fan.IN, Law.NORMAL)}
     */
    public static VarianceScaling heNormal() {
        return heNormal(0);
    }

    /**
     * He, also called Kaiming, for leaky and parametric ReLU, normal, He et al. 2015: {@code Var[w] = 2 / ((1 + slope^2) fanIn)}.
     *
     * @param slope slope of the activation for negative inputs: 0.01 for DL4J's LEAKYRELU; for a PReLULayer 0 with DL4J's own default,
     *     {@value WeightScheme#PRELU_SLOPE} where a scheme of this library starts its slopes
     * @return {@code new VarianceScaling(2 / (1 + slope^2), Fan.IN, Law.NORMAL)}
     */
    public static VarianceScaling heNormal(double slope) {
        return new VarianceScaling(heScale(slope), Fan.IN, Law.NORMAL);
    }

    /**
     * He, also called Kaiming, for ReLU, uniform within {@code sqrt(6 / fanIn)}: the variance of He et al. 2015; the uniform distribution
     * is the libraries' custom. DL4J's RELU_UNIFORM.
     *
     * @return {@code new VarianceScaling(2, Fan.IN, Law.UNIFORM)}
     */
    public static VarianceScaling heUniform() {
        return heUniform(0);
    }

    /**
     * He, also called Kaiming, for leaky and parametric ReLU, the variance of He et al. 2015, uniform within
     * {@code sqrt(6 / ((1 + slope^2) fanIn))}.
     *
     * @param slope slope of the activation for negative inputs: 0.01 for DL4J's LEAKYRELU; for a PReLULayer 0 with DL4J's own default,
     *     {@value WeightScheme#PRELU_SLOPE} where a scheme of this library starts its slopes
     * @return {@code new VarianceScaling(2 / (1 + slope^2), Fan.IN, Law.UNIFORM)}
     */
    public static VarianceScaling heUniform(double slope) {
        return new VarianceScaling(heScale(slope), Fan.IN, Law.UNIFORM);
    }

    /**
     * LeCun et al. 1998, normal: {@code Var[w] = 1 / fanIn}.
     *
     * @return {@code new VarianceScaling(1, Fan.IN, Law.NORMAL)}
     */
    public static VarianceScaling lecunNormal() {
        return new VarianceScaling(1, Fan.IN, Law.NORMAL);
    }

    /**
     * LeCun et al. 1998, uniform within {@code sqrt(3 / fanIn)}.
     *
     * @return {@code new VarianceScaling(1, Fan.IN, Law.UNIFORM)}
     */
    public static VarianceScaling lecunUniform() {
        return new VarianceScaling(1, Fan.IN, Law.UNIFORM);
    }

    /**
     * The "standard" initialization that Glorot and Bengio 2010, eq. 1, compare with: uniform within {@code 1 / sqrt(fanIn)}. The
     * signal loses two thirds of its variance in every linear layer.
     *
     * @return {@code new VarianceScaling(1.0 / 3, Fan.IN, Law.UNIFORM)}
     */
    public static VarianceScaling standardUniform() {
        return new VarianceScaling(1.0 / 3, Fan.IN, Law.UNIFORM);
    }

    /**
     * The variance of one weight.
     *
     * @param shape the weight
     * @return {@code scale / fan}
     */
    public double variance(WeightShape shape) {
        return scale / fan.of(shape);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        law.draw(weights, Math.sqrt(variance(shape)));
    }

    private static double heScale(double slope) {
        double scale = 2 / (1 + Bounds.finite("slope", slope) * slope);
        if (scale < Double.MIN_NORMAL) {
            throw new IllegalArgumentException(
                    "slope must be small enough for 2 / (1 + slope^2) to be above 0, got " + slope);
        }
        return scale;
    }
}
