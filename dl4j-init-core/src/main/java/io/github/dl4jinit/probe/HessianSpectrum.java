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
 * traceSamples} products, and {@code layerSteps} for each layer.
 *
 * <p>When to use it: the largest eigenvalue bounds the learning rate of plain gradient descent by 2 / lambda, and layers whose blocks
 * differ by orders of magnitude cannot have one rate in common. When not: with ReLU the loss has kinks, where second derivatives are
 * what the difference quotient sees between two points.
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
        double[] samples = new double[traceSamples];
        for (int i = 0; i < traceSamples; i++) {
            INDArray signs = Nd4j.randn(DataType.DOUBLE, hessian.size());
            signs.assign(signs.gt(0).castTo(DataType.DOUBLE)).muli(2).subi(1);
            samples[i] = dot(signs, hessian.times(signs));
        }
        UnitOutputs traces = new UnitOutputs(samples, 1, 0);
        return new HessianReport(
                hessian.size(),
                new Eigenvalues(
                        whole.eigenvalues(),
                        whole.residuals(),
                        traces.mean(),
                        Math.sqrt(traces.variance() / (traceSamples - 1))),
                layerSteps == 0 ? List.of() : layers(network, loss, parameters),
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
                Lanczos lanczos = Lanczos.run(new Operator(loss, parameters, block), layerSteps, 1);
                lines.add(new Block(
                        layer.name(),
                        layer.kind(),
                        block.sumNumber().longValue(),
                        Math.abs(lanczos.eigenvalues().get(0)),
                        lanczos.residuals().get(0)));
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
            INDArray product = project(loss.hessianVector(parameters, vector));
            if (!Double.isFinite(product.norm2Number().doubleValue())) {
                throw new ArithmeticException(
                        "the gradient of the loss is not finite on this batch: the network's output"
                                + " overflows. Look at it with Probe to find the layer.");
            }
            return product;
        }
    }
}
