package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gaussian.KernelMap;
import io.github.dl4jinit.internal.gaussian.PairMoments;
import io.github.dl4jinit.internal.number.Bounds;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The kernels of a fully connected network in the limit of infinite width: the covariance of its outputs over random weights (NNGP), and
 * the neural tangent kernel, which governs its training by gradient descent.
 *
 * <p>K_1 = sigma_w^2 x.x'/n_0 + sigma_b^2, Theta_1 = K_1; for each hidden layer K_(l+1) = sigma_w^2 E[f(u) f(v)] + sigma_b^2 and
 * Theta_(l+1) = K_(l+1) + sigma_w^2 E[f'(u) f'(v)] Theta_l, (u, v) Gaussian with covariance K_l. That is the NTK parametrization,
 * z = (sigma_w / sqrt(n)) W h + sigma_b b with W, b ~ N(0, 1). In the standard parametrization, which DL4J trains, z = W h + b with
 * W ~ N(0, sigma_w^2 / n), the K are the same and Theta_(l+1) = n_l E[f(u) f(v)] + 1 + sigma_w^2 E[f'(u) f'(v)] Theta_l, the 1 if there are
 * biases; it grows with the widths n_l, which have to be given.
 *
 * <p>Inputs have an example in each row, [n, n_0]. Kernels are in double precision, [n1, n2], for one output; different outputs are not
 * correlated. The outputs are linear: the network's function is the input of the loss's activation.
 *
 * <p>Use it to compare initial variances, depths and activations without a network, or to predict a wide one. A network of width n
 * differs from it by a part that falls as 1/sqrt(n) and grows with the depth. Gaussian and orthogonal weights have the same limit.
 *
 * <p>Source: A. Jacot, F. Gabriel, C. Hongler, "Neural tangent kernel" (2018), for Theta; R. M. Neal, "Bayesian learning for neural
 * networks" (1996) and J. Lee et al., "Deep neural networks as Gaussian processes" (2018), for K; the standard
 * parametrization as in the code of Neural Tangents (R. Novak et al., 2020); W. Huang, W. Du, R. Y. D. Xu, "On the neural tangent kernel of
 * deep networks with orthogonal initialization" (2021), for orthogonal weights.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class AnalyticNtk {

    private final KernelMap map;
    private final int hiddenLayers;
    private final double sigmaW2;
    private final double sigmaB2;

    /** Null in the NTK parametrization. */
    private final @Nullable Standard standard;

    /** The part of a layer's own parameters in the kernel, in the standard parametrization: n E[f(u) f(v)], and 1 for a bias. */
    private record Standard(boolean biases, List<Integer> widths) {
        double own(int width, double value) {
            return width * value + (biases ? 1 : 0);
        }
    }

    private AnalyticNtk(KernelMap map, int hiddenLayers, double sigmaW2, double sigmaB2, @Nullable Standard standard) {
        this.map = map;
        this.hiddenLayers = Bounds.atLeast("hiddenLayers", hiddenLayers, 0);
        this.sigmaW2 = Bounds.positive("sigmaW2", sigmaW2);
        this.sigmaB2 = Bounds.notNegative("sigmaB2", sigmaB2);
        this.standard = standard;
    }

    private static AnalyticNtk of(KernelMap map, int hiddenLayers, double sigmaW2, double sigmaB2) {
        return new AnalyticNtk(map, hiddenLayers, sigmaW2, sigmaB2, null);
    }

    /**
     * ReLU, in closed form.
     *
     * @param hiddenLayers number of hidden layers, at least 0
     * @param sigmaW2 variance of the weights times their fan-in, above 0; 2 keeps the signal
     * @param sigmaB2 variance of the biases, at least 0
     * @return its kernels, NTK parametrization
     */
    public static AnalyticNtk relu(int hiddenLayers, double sigmaW2, double sigmaB2) {
        return leakyRelu(0, hiddenLayers, sigmaW2, sigmaB2);
    }

    /**
     * Leaky ReLU, in closed form.
     *
     * @param alpha slope below zero
     * @param hiddenLayers number of hidden layers, at least 0
     * @param sigmaW2 variance of the weights times their fan-in, above 0
     * @param sigmaB2 variance of the biases, at least 0
     * @return its kernels, NTK parametrization
     */
    public static AnalyticNtk leakyRelu(double alpha, int hiddenLayers, double sigmaW2, double sigmaB2) {
        return of(KernelMap.rectified(alpha, 1), hiddenLayers, sigmaW2, sigmaB2);
    }

    /**
     * No activation, in closed form.
     *
     * @param hiddenLayers number of hidden layers, at least 0
     * @param sigmaW2 variance of the weights times their fan-in, above 0
     * @param sigmaB2 variance of the biases, at least 0
     * @return its kernels, NTK parametrization
     */
    public static AnalyticNtk linear(int hiddenLayers, double sigmaW2, double sigmaB2) {
        return of(KernelMap.rectified(1, 1), hiddenLayers, sigmaW2, sigmaB2);
    }

    /**
     * The error function, in closed form; close to tanh, which has none.
     *
     * @param hiddenLayers number of hidden layers, at least 0
     * @param sigmaW2 variance of the weights times their fan-in, above 0
     * @param sigmaB2 variance of the biases, at least 0
     * @return its kernels, NTK parametrization
     */
    public static AnalyticNtk erf(int hiddenLayers, double sigmaW2, double sigmaB2) {
        return of(KernelMap.erf(), hiddenLayers, sigmaW2, sigmaB2);
    }

    /**
     * Any elementwise activation, in closed form for the identity, ReLU and leaky ReLU; else by a Hermite series whose omitted terms are
     * bounded by 1e-10 of each entry, or by integration where the bound is not met. It takes some tens of milliseconds for each different
     * variance, and tenths of a second for each pair that is integrated.
     *
     * @param activation an activation of DL4J's or a user's
     * @param hiddenLayers number of hidden layers, at least 0
     * @param sigmaW2 variance of the weights times their fan-in, above 0
     * @param sigmaB2 variance of the biases, at least 0
     * @return its kernels, NTK parametrization
     */
    public static AnalyticNtk of(IActivation activation, int hiddenLayers, double sigmaW2, double sigmaB2) {
        return of(KernelMap.of(activation), hiddenLayers, sigmaW2, sigmaB2);
    }

    /**
     * The same network in the standard parametrization.
     *
     * @param trainedBiases whether the layers have biases that are trained, whatever their variance at the start
     * @param hiddenWidths the width of each hidden layer
     * @return its kernels; the NNGP kernel is the same
     */
    public AnalyticNtk standard(boolean trainedBiases, int... hiddenWidths) {
        if (hiddenWidths.length != hiddenLayers || Arrays.stream(hiddenWidths).anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("the standard parametrization needs one width of at least 1 for each of "
                    + hiddenLayers + " hidden layers, got " + Arrays.toString(hiddenWidths));
        }
        List<Integer> list = Arrays.stream(hiddenWidths).boxed().toList();
        return new AnalyticNtk(map, hiddenLayers, sigmaW2, sigmaB2, new Standard(trainedBiases, list));
    }

    /**
     * The neural tangent kernel.
     *
     * @param x1 [n1, n_0]
     * @param x2 [n2, n_0], may be the same array
     * @return Theta, [n1, n2]
     */
    public INDArray ntk(INDArray x1, INDArray x2) {
        return Nd4j.createFromArray(kernels(x1, x2)[1]);
    }

    /**
     * The covariance of one output over random weights and biases.
     *
     * @param x1 [n1, n_0]
     * @param x2 [n2, n_0], may be the same array
     * @return K, [n1, n2]
     */
    public INDArray nngp(INDArray x1, INDArray x2) {
        return Nd4j.createFromArray(kernels(x1, x2)[0]);
    }

    /** K and Theta. */
    private double[][][] kernels(INDArray x1, INDArray x2) {
        double[][] left = examples("x1", x1);
        double[][] right = examples("x2", x2);
        int inputs = left[0].length;
        if (right[0].length != inputs) {
            throw new IllegalArgumentException(
                    "x1 and x2 must have the same number of columns, got " + inputs + " and " + right[0].length);
        }
        double[] rows = variances(left);
        double[] columns = variances(right);
        double[][] k = new double[left.length][right.length];
        double[][] theta = new double[left.length][right.length];
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < right.length; j++) {
                double product = dot(left[i], right[j]) / inputs;
                k[i][j] = sigmaW2 * product + sigmaB2;
                theta[i][j] = standard == null ? k[i][j] : standard.own(inputs, product);
            }
        }
        for (int layer = 0; layer < hiddenLayers; layer++) {
            PairMoments moments = map.moments(rows, columns, k);
            for (int i = 0; i < left.length; i++) {
                for (int j = 0; j < right.length; j++) {
                    double value = moments.value(i, j);
                    k[i][j] = sigmaW2 * value + sigmaB2;
                    double own = standard == null
                            ? k[i][j]
                            : standard.own(standard.widths().get(layer), value);
                    theta[i][j] = own + sigmaW2 * moments.slope(i, j) * theta[i][j];
                }
            }
            rows = next(rows);
            columns = next(columns);
        }
        return new double[][][] {k, theta};
    }

    private double[] variances(double[][] examples) {
        return Arrays.stream(examples)
                .mapToDouble(x -> sigmaW2 * dot(x, x) / x.length + sigmaB2)
                .toArray();
    }

    private double[] next(double[] variances) {
        return Arrays.stream(variances)
                .map(q -> sigmaW2 * map.square(q) + sigmaB2)
                .toArray();
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double[][] examples(String name, INDArray x) {
        if (x.isEmpty() || x.rank() != 2) {
            throw new IllegalArgumentException(name + " must have an example in each row, [n, inputs], got shape "
                    + Arrays.toString(x.shape()) + "; flatten images with reshape(n, length / n)");
        }
        double[][] rows = x.castTo(DataType.DOUBLE).toDoubleMatrix();
        for (int i = 0; i < rows.length; i++) {
            if (!Arrays.stream(rows[i]).allMatch(Double::isFinite)) {
                throw new IllegalArgumentException(name + " must be finite, row " + i + " is not");
            }
        }
        return rows;
    }
}
