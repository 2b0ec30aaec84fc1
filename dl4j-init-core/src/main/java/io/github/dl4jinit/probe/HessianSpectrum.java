package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.measure.UnitOutputs;
import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.HessianReport;
import io.github.dl4jinit.report.HessianReport.Block;
import io.github.dl4jinit.report.HessianReport.Eigenvalues;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The Hessian of a network's loss on one batch: its largest eigenvalues, its trace, and the norm of each layer's block.
 *
 * <p>Formulas: H = the second derivative of the mean loss with respect to all learned parameters, without L1 and L2, seen only through products
 * {@code H v} ({@link LossGradient}: central differences of DL4J's gradient in double precision). Eigenvalues: Lanczos from a random
 * start, every new vector made orthogonal to all before, and the tridiagonal matrix decomposed; the residual of an estimate is {@code
 * |beta_m s_m|}, and an eigenvalue of H is at most that far away. Trace: Hutchinson, the mean of {@code v'Hv} over vectors of random signs,
 * with its standard error. The block of a layer: weights and biases of one layer, the same process with everything else set to 0.
 *
 * <p>Shapes: n parameters; memory for (steps + 2) vectors of n doubles. Cost: two gradients of the batch for each product; {@code steps +
 * 2 eigenvalues + traceSamples} products, and {@code layerSteps + 2} for each layer.
 *
 * <p>When to use it: the largest eigenvalue bounds the learning rate of plain gradient descent by 2 / lambda, and layers whose blocks
 * differ by orders of magnitude cannot have one rate in common. When not: at a kink of the loss (a ReLU whose pre-activation is exactly 0: an
 * input of zeros and a bias of 0) there is no second derivative, and the difference quotient is a jump of the gradient over twice
 * the step, as large as the step is small. So every eigenvalue is measured again by half the step, and the report says by how much they differ
 * ({@link HessianReport#hasKinks}). What is defined there is the Gauss-Newton part of the Hessian, J'BJ with B that of the loss by the
 * outputs. For a squared error B is a number, and the eigenvalues are those of the kernel, {@code
 * KernelSpectrum.of(EmpiricalNtk.of(network).fullKernel(x, x))}, times 2 / (n c) for n examples and c outputs under {@code LossFunction.MSE},
 * 2 / n under {@code L2}; for softmax with cross-entropy those times 1 / (2 n) bound them. Or draw the biases.
 *
 * <p>Source: C. Lanczos (1950), with full reorthogonalization; M. F. Hutchinson, "A stochastic estimator of the trace of the influence
 * matrix" (1990); M. Skorski, A. Temperoni, M. Theobald, "Revisiting weight initialization of deep neural networks", ACML 2021, for the
 * norm of each layer's Hessian as what an initialization should keep near one. Ours: biases belong to their layer's block, and the norm comes
 * from Lanczos where the authors use power iteration.
 *
 * @param eigenvalues how many of the largest, by absolute value; at least 1
 * @param steps products in the process for them, at least as many
 * @param traceSamples random vectors for the trace, at least 2
 * @param layerSteps products for each layer's norm, 0 for none
 */
@API(status = API.Status.STABLE, since = "0.1")
public record HessianSpectrum(int eigenvalues, int steps, int traceSamples, int layerSteps) {

    /** Of a product with a vector of length 1, in parts of the gradient: ten times what rounding costs. */
    private static final double ROUNDING = 1e-9;

    /** Checks the settings. */
    public HessianSpectrum {
        Bounds.atLeast("eigenvalues", eigenvalues, 1);
        Bounds.atLeast("steps", steps, eigenvalues);
        Bounds.atLeast("traceSamples", traceSamples, 2);
        Bounds.atLeast("layerSteps", layerSteps, 0);
    }

    /** {@return the settings most networks want: five eigenvalues by 30 products, the trace by 20, each layer by 10} */
    public static HessianSpectrum defaults() {
        return new HessianSpectrum(5, 30, 20, 10);
    }

    /**
     * Measures a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features and labels for all inputs and outputs
     * @return the spectrum's ends, the trace, the layers
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels, or does not fit the network
     * @throws ArithmeticException if the gradient is not finite
     */
    public HessianReport measure(Model model, MultiDataSet batch) {
        long start = System.nanoTime();
        try (NetworkCopy network = NetworkCopy.of(model);
                LossGradient loss = LossGradient.of(network, batch)) {
            return RandomState.seeded(network.seed(), () -> measure(network, loss, start));
        }
    }

    private HessianReport measure(NetworkCopy network, LossGradient loss, long start) {
        INDArray parameters = loss.parameters();
        Operator hessian = new Operator(loss, parameters, null);
        Lanczos whole = Lanczos.run(hessian, steps, eigenvalues);
        double dependence = hessian.stepDependence(whole);
        double[] samples = new double[traceSamples];
        for (int i = 0; i < traceSamples; i++) {
            INDArray signs = Nd4j.randn(DataType.DOUBLE, hessian.size());
            signs.assign(signs.gt(0).castTo(DataType.DOUBLE)).muli(2).subi(1);
            samples[i] = dot(signs, hessian.times(signs));
        }
        UnitOutputs traces = new UnitOutputs(samples, 1, 0);
        List<Block> blocks = layerSteps == 0 ? List.of() : layers(network, loss, parameters);
        return new HessianReport(
                hessian.size(),
                new Eigenvalues(
                        whole.eigenvalues(),
                        whole.residuals(),
                        dependence,
                        traces.mean(),
                        Math.sqrt(traces.variance() / (traceSamples - 1))),
                blocks,
                (System.nanoTime() - start) / 1e9);
    }

    /**
     * Measures a network with one input and one output.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features and labels
     * @return the spectrum's ends, the trace, the layers
     */
    public HessianReport measure(Model model, DataSet batch) {
        return measure(model, batch.toMultiDataSet());
    }

    private List<Block> layers(NetworkCopy network, LossGradient loss, INDArray parameters) {
        List<Block> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            if (layer.obstacle() == null) {
                INDArray block = Nd4j.zeros(DataType.DOUBLE, parameters.length());
                layer.weights().stream().flatMap(HessianSpectrum::parameters).forEach(p -> LossGradient.part(block, p)
                        .assign(1));
                Operator part = new Operator(loss, parameters, block);
                Lanczos lanczos = Lanczos.run(part, layerSteps, 1);
                lines.add(new Block(
                        layer.name(),
                        layer.kind(),
                        block.sumNumber().longValue(),
                        Math.abs(lanczos.eigenvalues().get(0)),
                        lanczos.residuals().get(0),
                        part.stepDependence(lanczos)));
            }
        }
        return lines;
    }

    private static Stream<INDArray> parameters(WeightView weight) {
        INDArray bias = weight.bias();
        return bias == null ? Stream.of(weight.weights()) : Stream.of(weight.weights(), bias);
    }

    static double dot(INDArray a, INDArray b) {
        return a.mul(b).sumNumber().doubleValue();
    }

    /** {@code v -> P H P v}, with P the projection onto a block of parameters, or the identity. */
    private record Operator(
            LossGradient loss,
            INDArray parameters,
            @Nullable INDArray block) implements Lanczos.Symmetric {

        @Override
        public long size() {
            return parameters.length();
        }

        @Override
        public INDArray project(INDArray vector) {
            return block == null ? vector : vector.muli(block);
        }

        @Override
        public INDArray times(INDArray vector) {
            return times(vector, 1);
        }

        /** By how much half the step changes an eigenvalue, at most, relative to the largest. */
        double stepDependence(Lanczos lanczos) {
            double largest = Math.abs(lanczos.eigenvalues().get(0));
            double rounding = ROUNDING * loss.at(parameters).norm2Number().doubleValue();
            double change = 0;
            for (INDArray vector : lanczos.vectors()) {
                double whole = dot(vector, times(vector, 1));
                double half = dot(vector, times(vector, 0.5));
                change = Math.max(change, Math.abs(half - whole));
            }
            return change <= rounding ? 0 : change / Math.max(largest, rounding);
        }

        private INDArray times(INDArray vector, double step) {
            INDArray product = project(loss.hessianVector(parameters, vector, step));
            if (!Double.isFinite(product.norm2Number().doubleValue())) {
                throw new ArithmeticException(
                        "the gradient of the loss is not finite on this batch: the network's output"
                                + " overflows. Look at it with Probe to find the layer.");
            }
            return product;
        }
    }
}
