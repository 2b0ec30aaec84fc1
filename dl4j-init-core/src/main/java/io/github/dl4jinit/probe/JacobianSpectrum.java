package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.JacobianReport.Line;
import java.util.List;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The singular values of a network's derivatives with respect to its input: of the whole network, and of each layer. All of them near
 * one is dynamical isometry, where neither signals nor gradients change their length in any direction.
 *
 * <p>Formula: J = dy/dx at one example x, [outputs, inputs], and J_i = dz_i/dz_(i-1) of each layer with parameters, its
 * activation included; their singular values, over the first examples of a batch. y is the pre-activation of the output layers,
 * or their outputs, after the activation; the same holds for the output layer's own J_i.
 *
 * <p>Shapes: any; outputs and inputs are flattened, several inputs and outputs stand side by side. The derivatives are exact: rows of the
 * identity go back through DL4J's own backward pass, in double precision, without dropout, with batch normalization by its stored
 * statistics (those of the batch would tie examples to each other). Cost for each example: as many backward passes of one example as
 * there are outputs, then a singular value decomposition. A long measurement tells the log every five seconds how far it is; fewer examples or
 * a smaller limit make it shorter.
 *
 * <p>When to use it: to judge an initializer for deep networks, of widths up to some thousands. When not: on images of many pixels
 * and channels; what is over the limit is reported without values, with the reason. So is what has no derivative: an embedding with respect
 * to its indices, the random slope of RReLU, and a network that ends in a centre loss or in YOLO's.
 *
 * <p>Source: A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks", ICLR 2014, for dynamical isometry; X. Glorot, Y. Bengio, AISTATS 2010, section 4.2, for the mean singular value of
 * layers.
 *
 * @param examples at how many examples of the batch, from the first; at least 1
 * @param limit most inputs or outputs of a derivative, at least 1
 * @param afterActivation whether the network's output is taken after the activation of the output layers
 */
@API(status = API.Status.STABLE, since = "0.1")
public record JacobianSpectrum(int examples, int limit, boolean afterActivation) {

    /** Checks the settings. */
    public JacobianSpectrum {
        Bounds.atLeast("examples", examples, 1);
        Bounds.atLeast("limit", limit, 1);
    }

    /**
     * Four examples, at most 2,048 inputs or outputs, up to the pre-activation of the output layers.
     *
     * @return the settings most networks want
     */
    public static JacobianSpectrum defaults() {
        return new JacobianSpectrum(4, 2048, false);
    }

    /**
     * Measures a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features for every input; labels are not needed
     * @return the spectra
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     */
    public JacobianReport measure(Model model, MultiDataSet batch) {
        long start = System.nanoTime();
        Recording.End end = afterActivation ? Recording.End.OUTPUT : Recording.End.RESPONSE;
        try (NetworkCopy network = NetworkCopy.of(model)) {
            return RandomState.kept(() -> {
                Jacobians jacobians = new Jacobians(network, batch, examples, limit, end);
                List<Line> layers = List.copyOf(jacobians.layers().values());
                Line whole = jacobians.inputToOutput();
                return new JacobianReport(jacobians.examples(), whole, layers, (System.nanoTime() - start) / 1e9);
            });
        }
    }

    /**
     * Measures a network with one input.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features; labels are not needed
     * @return the spectra
     */
    public JacobianReport measure(Model model, DataSet batch) {
        return measure(model, batch.toMultiDataSet());
    }
}
