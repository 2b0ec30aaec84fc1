package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.report.JacobianReport.Line;
import io.github.dl4jinit.report.JacobianReport.SingularValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The derivatives of a network's steps at single examples: rows of the identity, sent back through copies of the example. */
final class Jacobians {

    /** Most copies of one example, and so rows of a derivative, that go back together. */
    private static final int MOST_COPIES = 256;

    /** Most numbers that all copies' activations may have. */
    private static final long MOST_NUMBERS = 1L << 26;

    private static final Logger LOG = LoggerFactory.getLogger(JacobianSpectrum.class);

    /** Seconds between two signs of life. */
    private static final double PATIENCE = 5;

    private final long started = System.nanoTime();
    private double said;
    private final NetworkCopy network;
    private final org.nd4j.linalg.dataset.api.MultiDataSet batch;
    private final int examples;
    private final int limit;
    private final Recording.End end;
    private final int copies;

    Jacobians(
            NetworkCopy network,
            org.nd4j.linalg.dataset.api.MultiDataSet batch,
            int examples,
            int limit,
            Recording.End end) {
        network.requireBatch(batch);
        this.network = network;
        this.batch = batch;
        this.examples = (int) Math.min(examples, batch.getFeatures(0).size(0));
        this.limit = limit;
        this.end = end;
        this.copies = copies();
    }

    /** As many as the tallest derivative needs, if memory allows. */
    private int copies() {
        long tallest = 1;
        long numbers = 0;
        try (Recording recording = recording(0, 1)) {
            for (int i = 0; i < recording.steps().size(); i++) {
                long height = recording.output(i).length();
                numbers += height;
                tallest = height <= limit ? Math.max(tallest, height) : tallest;
            }
        }
        return (int) Math.max(1, Math.min(Math.min(tallest, MOST_COPIES), MOST_NUMBERS / numbers));
    }

    int examples() {
        return examples;
    }

    /** The spectrum of each layer that has parameters, by its index in the flow. */
    Map<Integer, Line> layers() {
        Map<Integer, Gathered> spectra = new LinkedHashMap<>();
        for (int example = 0; example < examples; example++) {
            try (Recording recording = recording(example, copies)) {
                for (int i = 0; i < recording.steps().size(); i++) {
                    FlowNode step = recording.steps().get(i);
                    LayerView layer = step.layer();
                    if (layer != null) {
                        int index = i;
                        INDArray input = recording.output(step.sources().get(0));
                        spectra.computeIfAbsent(i, ignored -> new Gathered(step.name(), layer.kind()))
                                .add(
                                        recording.whyNoDerivative(i),
                                        recording.output(i),
                                        input,
                                        rows -> ofStep(recording, index, rows));
                    }
                }
            }
        }
        Map<Integer, Line> lines = new LinkedHashMap<>();
        spectra.forEach((step, spectrum) -> lines.put(step, spectrum.line()));
        return lines;
    }

    /** The spectrum from all inputs to all outputs. */
    Line inputToOutput() {
        Gathered spectrum = new Gathered("input to output", "network");
        for (int example = 0; example < examples; example++) {
            try (Recording recording = recording(example, copies)) {
                Optional<String> why = IntStream.range(0, recording.steps().size())
                        .boxed()
                        .flatMap(i -> recording
                                .whyNoDerivative(i)
                                .map(reason -> "'" + recording.steps().get(i).name() + "': " + reason)
                                .stream())
                        .findFirst();
                spectrum.add(
                        why, flat(outputs(recording)), flat(inputs(recording)), rows -> ofNetwork(recording, rows));
            }
        }
        return spectrum.line();
    }

    private Recording recording(int example, int count) {
        MultiDataSet repeated = new MultiDataSet(
                repeated(batch.getFeatures(), example, count),
                null,
                repeated(batch.getFeaturesMaskArrays(), example, count),
                null);
        return Recording.of(network, repeated, new Recording.Mode(DataType.DOUBLE, false, end));
    }

    private static INDArray @Nullable [] repeated(INDArray @Nullable [] arrays, int example, int count) {
        if (arrays == null) {
            return null;
        }
        return Arrays.stream(arrays)
                .map(a -> a == null ? null : repeated(a, example, count))
                .toArray(INDArray[]::new);
    }

    private static INDArray repeated(INDArray array, int example, int count) {
        long width = array.length() / array.size(0);
        INDArray row = array.dup('c')
                .reshape('c', array.size(0), width)
                .getRow(example, true)
                .dup('c');
        long[] shape = array.shape().clone();
        shape[0] = count;
        INDArray wide = Nd4j.create(array.dataType(), new long[] {count, width}, 'c');
        return wide.addiRowVector(row).reshape('c', shape);
    }

    private static @Nullable INDArray ofStep(Recording recording, int step, INDArray rows) {
        return recording
                .pull(step, rows.reshape('c', recording.output(step).shape()))
                .get(0);
    }

    private @Nullable INDArray ofNetwork(Recording recording, INDArray rows) {
        List<INDArray> outputs = outputs(recording);
        INDArray[] starts = new INDArray[outputs.size()];
        long from = 0;
        for (int i = 0; i < starts.length; i++) {
            long width = outputs.get(i).length() / copies;
            starts[i] = columns(rows, from, width).reshape('c', outputs.get(i).shape());
            from += width;
        }
        @Nullable INDArray[] epsilons = recording.pullBack(starts, (step, delta, gradients) -> {});
        List<INDArray> back = new ArrayList<>();
        for (int i = 0; i < recording.steps().size(); i++) {
            INDArray epsilon = epsilons[i];
            if (recording.steps().get(i).kind() == FlowNode.Kind.INPUT) {
                if (epsilon == null) {
                    return null;
                }
                back.add(epsilon);
            }
        }
        return flat(back);
    }

    private static INDArray columns(INDArray rows, long from, long width) {
        INDArray part = Nd4j.create(rows.dataType(), new long[] {rows.size(0), width}, 'c');
        for (long column = 0; column < width; column++) {
            part.putColumn((int) column, rows.getColumn(from + column, true));
        }
        return part;
    }

    private static List<INDArray> outputs(Recording recording) {
        return recording.ends().stream().map(recording::output).toList();
    }

    private static List<INDArray> inputs(Recording recording) {
        List<INDArray> inputs = new ArrayList<>();
        for (int i = 0; i < recording.steps().size(); i++) {
            if (recording.steps().get(i).kind() == FlowNode.Kind.INPUT) {
                inputs.add(recording.output(i));
            }
        }
        return inputs;
    }

    /** Side by side, a row for each copy. */
    private INDArray flat(List<INDArray> arrays) {
        INDArray[] rows = arrays.stream()
                .map(a -> a.castTo(DataType.DOUBLE).dup('c').reshape('c', copies, a.length() / copies))
                .toArray(INDArray[]::new);
        return rows.length == 1 ? rows[0] : Nd4j.concat(1, rows);
    }

    private void sayHowFar(String name, long row, long height, long width) {
        double seconds = (System.nanoTime() - started) / 1e9;
        if (seconds - said > PATIENCE) {
            said = seconds;
            LOG.info(
                    "after {} s: row {} of {} of the derivative of '{}' ({} x {}) at one of {} example(s), {} rows to a backward"
                            + " pass; fewer examples or a smaller limit take less time",
                    Math.round(seconds),
                    row,
                    height,
                    name,
                    height,
                    width,
                    examples,
                    copies);
        }
    }

    /** The singular values of one derivative, which grow example by example. */
    private final class Gathered {

        private final String name;
        private final String kind;
        private final List<Double> values = new ArrayList<>();
        private long height;
        private long width;
        private String note = "";

        Gathered(String name, String kind) {
            this.name = name;
            this.kind = kind;
        }

        /** @param back sends rows [copies, height] back to [copies, width], or null if nothing arrives */
        void add(
                Optional<String> obstacle,
                INDArray output,
                INDArray input,
                Function<INDArray, @Nullable INDArray> back) {
            height = output.length() / copies;
            width = input.length() / copies;
            if (obstacle.isPresent()) {
                note = obstacle.get();
                return;
            }
            if (Math.max(height, width) > limit) {
                note = "it is " + height + " x " + width + ", the limit is " + limit;
                return;
            }
            INDArray jacobian = Nd4j.create(DataType.DOUBLE, new long[] {height, width}, 'c');
            for (int from = 0; from < height; from += copies) {
                sayHowFar(name, from, height, width);
                INDArray rows = Nd4j.create(DataType.DOUBLE, new long[] {copies, height}, 'c');
                int many = (int) Math.min(copies, height - from);
                for (int i = 0; i < many; i++) {
                    rows.putScalar(i, from + i, 1);
                }
                INDArray arrived = back.apply(rows);
                if (arrived == null) {
                    note = "its inputs are indices, so there is no derivative with respect to them";
                    return;
                }
                INDArray flat = arrived.castTo(DataType.DOUBLE).dup('c').reshape('c', copies, width);
                for (int i = 0; i < many; i++) {
                    jacobian.putRow(from + i, flat.getRow(i));
                }
            }
            if (!Double.isFinite(jacobian.norm2Number().doubleValue())) {
                note = "it is not finite";
                return;
            }
            for (double value : Svd.thin(jacobian).s().toDoubleVector()) {
                values.add(value);
            }
        }

        Line line() {
            values.sort(Comparator.reverseOrder());
            return new Line(name, kind, new SingularValues(height, width, note.isEmpty() ? values : List.of()), note);
        }
    }
}
