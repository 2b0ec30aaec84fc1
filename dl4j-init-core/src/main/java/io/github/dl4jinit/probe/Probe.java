package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.measure.Saturation;
import io.github.dl4jinit.internal.measure.UnitOutputs;
import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.report.ProbeReport.Derivatives;
import io.github.dl4jinit.report.ProbeReport.Layer;
import io.github.dl4jinit.report.ProbeReport.MeanAndVariance;
import io.github.dl4jinit.report.ProbeReport.Outputs;
import io.github.dl4jinit.report.ProbeReport.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Measures what a network does to one batch, layer by layer: signal, saturation, dead units, gradients, and how near each
 * layer is to an isometry.
 *
 * <p>Formulas, for a step with pre-activation s and output z = f(s), over all examples, positions and units: mean and variance of z;
 * its 98th percentile; the proportion of z at most 1 % from a bound of f (of tanh: beyond +-0.98; of ReLU, an output of 0); the proportion of
 * units whose z is the same for the whole batch; mean and variance of dC_n/ds, C_n the loss of example n alone; mean and variance of
 * dC/dW, C the mean loss of the batch; the mean singular value of dz/d(input of the step), at the first examples of the batch.
 * Losses are without L1 and L2.
 *
 * <p>Shapes: any. A unit is a neuron, a channel of a convolution, a feature of a series. What DL4J masks does not count.
 *
 * <p>It runs one forward and one backward pass on a copy in the network's own precision, without dropout and weight noise and
 * without truncation of backpropagation through time, from empty recurrent states; frozen layers are measured like others. In batch
 * normalization the statistics of the batch are used, as in training, or the stored ones; with the stored ones no gradient of a
 * normalization's own gain and shift is there. All activations of the batch are held meanwhile.
 *
 * <p>When to use it: before training, to see where the signal dies, and in training by {@code ProbeListener}. When not: as a test of one
 * example; proportions and variances want a hundred.
 *
 * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
 * sections 3 and 4, for what is looked at. Ours: the bounds of saturation, and that a unit is dead if it is constant, whatever its
 * activation.
 *
 * @param batchStatistics whether batch normalization uses the statistics of the batch
 * @param jacobianExamples at how many examples the singular values are computed, from the first; 0 for none
 * @param jacobianLimit layers with more inputs or outputs than this have no singular values computed
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Probe(boolean batchStatistics, int jacobianExamples, int jacobianLimit) {

    private static final double PERCENTILE = 0.98;

    /** Checks the settings. */
    public Probe {
        Bounds.atLeast("jacobianExamples", jacobianExamples, 0);
        Bounds.atLeast("jacobianLimit", jacobianLimit, 1);
    }

    /**
     * Statistics of the batch, singular values at one example for layers of up to 512 inputs and outputs.
     *
     * @return the settings most networks want
     */
    public static Probe defaults() {
        return new Probe(true, 1, 512);
    }

    /**
     * Measures a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features for every input; without labels there are no gradients
     * @return a line for each layer and vertex
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     */
    public ProbeReport measure(Model model, MultiDataSet batch) {
        return measure(model, batch, 0);
    }

    /**
     * Measures a network with one input and one output.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features; without labels there are no gradients
     * @return a line for each layer and vertex
     */
    public ProbeReport measure(Model model, DataSet batch) {
        return measure(model, batch.toMultiDataSet());
    }

    /**
     * Measures a network in training.
     *
     * @param model a MultiLayerNetwork or ComputationGraph; it is only read
     * @param batch features for every input; without labels there are no gradients
     * @param iteration what the report says of the time
     * @return a line for each layer and vertex
     */
    public ProbeReport measure(Model model, MultiDataSet batch, int iteration) {
        long start = System.nanoTime();
        try (NetworkCopy network = NetworkCopy.of(model)) {
            return RandomState.seeded(network.seed(), () -> measure(network, batch, iteration, start));
        }
    }

    private ProbeReport measure(NetworkCopy network, MultiDataSet batch, int iteration, long start) {
        Map<Integer, JacobianReport.Line> jacobians = jacobians(network, batch);
        Recording.Mode mode = new Recording.Mode(network.type(), batchStatistics, Recording.End.LOSS);
        try (Recording recording = Recording.of(network, batch, mode)) {
            List<Layer> layers = layers(recording, batch, jacobians);
            long examples = batch.getFeatures(0).size(0);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new ProbeReport(iteration, examples, layers, hasCollapsed(recording), seconds);
        }
    }

    private Map<Integer, JacobianReport.Line> jacobians(NetworkCopy network, MultiDataSet batch) {
        if (jacobianExamples == 0) {
            return Map.of();
        }
        return new Jacobians(network, batch, jacobianExamples, jacobianLimit, Recording.End.OUTPUT).layers();
    }

    private static MeanAndVariance moments(UnitOutputs values) {
        return new MeanAndVariance(values.mean(), values.variance());
    }

    private static List<Layer> layers(
            Recording recording, MultiDataSet batch, Map<Integer, JacobianReport.Line> jacobians) {
        Map<Integer, MeanAndVariance> signals = new HashMap<>();
        Map<Integer, MeanAndVariance> weights = new HashMap<>();
        Optional<String> obstacle = whyNoGradients(recording, batch);
        if (obstacle.isEmpty()) {
            long examples = batch.getFeatures(0).size(0);
            recording.pullBack(batch.getLabels(), (step, delta, gradients) -> {
                if (delta != null) {
                    signals.put(
                            step,
                            moments(new UnitOutputs(
                                    UnitOutputs.of(recording.samples(step, delta))
                                            .values(),
                                    1,
                                    0)));
                }
                double[] all = weightGradient(recording.steps().get(step).layer(), gradients);
                if (all.length > 0) {
                    double[] means = Arrays.stream(all).map(g -> g / examples).toArray();
                    weights.put(step, moments(new UnitOutputs(means, 1, 0)));
                }
            });
        }
        List<Layer> lines = new ArrayList<>();
        for (int i = 0; i < recording.steps().size(); i++) {
            if (recording.steps().get(i).kind() != FlowNode.Kind.INPUT) {
                lines.add(line(
                        recording, i, lines.size() + 1, signals.get(i), weights.get(i), jacobians.get(i), obstacle));
            }
        }
        return lines;
    }

    private static Optional<String> whyNoGradients(Recording recording, MultiDataSet batch) {
        INDArray[] labels = batch.getLabels();
        if (!recording.hasLosses()) {
            return Optional.of("no gradients: the network does not end in a loss");
        }
        boolean missing =
                labels == null || labels.length == 0 || Arrays.stream(labels).anyMatch(Objects::isNull);
        return missing
                ? Optional.of("no gradients: the batch has no labels")
                : recording.whyNoWayBack().map(reason -> "no gradients: " + reason);
    }

    private static double[] weightGradient(@Nullable LayerView layer, Map<String, INDArray> gradients) {
        if (layer == null) {
            return new double[0];
        }
        return layer.weights().stream()
                .map(WeightView::parameter)
                .map(gradients::get)
                .filter(Objects::nonNull)
                .flatMapToDouble(g -> DoubleStream.of(
                        g.castTo(DataType.DOUBLE).dup('c').data().asDouble()))
                .toArray();
    }

    private static Layer line(
            Recording recording,
            int step,
            int position,
            @Nullable MeanAndVariance signal,
            @Nullable MeanAndVariance weight,
            JacobianReport.@Nullable Line jacobian,
            Optional<String> obstacle) {
        FlowNode flow = recording.steps().get(step);
        LayerView layer = flow.layer();
        IActivation activation = recording.activation(step);
        UnitOutputs outputs = UnitOutputs.of(recording.samples(step, recording.output(step)));
        Double saturated = activation == null
                ? null
                : Saturation.of(activation).map(outputs::proportion).orElse(null);
        Double singular = jacobian == null || !jacobian.note().isEmpty()
                ? null
                : (Double) jacobian.spectrum().mean();
        List<String> notes = new ArrayList<>();
        if (layer != null) {
            obstacle.ifPresent(notes::add);
            if (jacobian != null && !jacobian.note().isEmpty()) {
                notes.add("no singular values: " + jacobian.note());
            }
        }
        return new Layer(
                new Place(
                        position,
                        flow.name(),
                        layer == null ? flow.kind().name().toLowerCase(Locale.ROOT) : layer.kind()),
                new Outputs(
                        moments(outputs),
                        outputs.quantile(PERCENTILE),
                        saturated,
                        activation == null ? null : outputs.dead()),
                new Derivatives(signal, weight, singular),
                String.join("; ", notes));
    }

    private static boolean hasCollapsed(Recording recording) {
        boolean differ = false;
        for (int i = 0; i < recording.steps().size(); i++) {
            differ |= recording.steps().get(i).kind() == FlowNode.Kind.INPUT && !isConstant(recording.output(i));
        }
        return differ && recording.ends().stream().allMatch(end -> isConstant(recording.output(end)));
    }

    /** Whether all examples are alike in every number. */
    private static boolean isConstant(INDArray values) {
        long examples = values.size(0);
        int units = (int) (values.length() / examples);
        return new UnitOutputs(UnitOutputs.numbers(values), units, UnitOutputs.epsilon(values)).isConstant();
    }
}
