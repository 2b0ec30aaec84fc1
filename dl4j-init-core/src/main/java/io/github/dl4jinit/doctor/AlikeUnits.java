package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.Unexamined;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Units of one layer that training cannot tell apart: their weights and biases are equal, and so are the gradients of these.
 *
 * <p>Equal weights alone say nothing. If the next layers use such units differently, they part at the first update: those of a layer of zeros in a
 * random network do, and those of a residual branch that starts at zero. So where units have equal weights, a copy makes a few updates along random
 * gradients, one for each output unit, and units whose gradients differ are told apart. A network without equal units costs no update.
 *
 * <p>Source: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning internal representations by error propagation" (1986), on breaking symmetry. Ours: how
 * it is measured, and the number of updates; a branch of zeros before an output layer of zeros needs two.
 */
final class AlikeUnits {

    private static final int UPDATES = 3;

    /** Length of an update over the largest weight, in each array. */
    private static final double STRIDE = 0.1;

    /** Sums over a batch depend on their order of summation; in units of machine epsilon: 1e-4 in FLOAT. */
    private static final double ROUNDING = 1000;

    /** A weight array of which some units are equal. */
    private static final class Suspect {

        private final int step;
        private final WeightView weight;
        private final @Nullable String bias;
        private List<List<Integer>> groups;

        Suspect(int step, WeightView weight, @Nullable String bias, List<List<Integer>> groups) {
            this.step = step;
            this.weight = weight;
            this.bias = bias;
            this.groups = groups;
        }

        /** Keeps together whose gradients are equal. */
        void part(Map<String, INDArray> gradients) {
            INDArray ofWeights = gradients.get(weight.parameter());
            if (ofWeights == null) {
                return;
            }
            INDArray ofBias = bias == null ? null : gradients.get(bias);
            double[][] rows = UnitWeights.of(
                            weight.shape(), ofWeights.dup(weight.shape().order()), ofBias)
                    .projected();
            double largest = Arrays.stream(rows)
                    .flatMapToDouble(Arrays::stream)
                    .map(Math::abs)
                    .max()
                    .orElse(0);
            double close = ROUNDING * Precision.epsilon(ofWeights.dataType()) * largest;
            groups = groups.stream()
                    .flatMap(group -> split(group, rows, close).stream())
                    .filter(group -> group.size() > 1)
                    .toList();
        }

        private static List<List<Integer>> split(List<Integer> group, double[][] rows, double close) {
            List<List<Integer>> parts = new ArrayList<>();
            for (int unit : group) {
                List<Integer> same = parts.stream()
                        .filter(part -> isClose(rows[part.get(0)], rows[unit], close))
                        .findFirst()
                        .orElse(null);
                if (same == null) {
                    same = new ArrayList<>();
                    parts.add(same);
                }
                same.add(unit);
            }
            return parts;
        }

        private static boolean isClose(double[] a, double[] b, double close) {
            return IntStream.range(0, a.length).noneMatch(i -> Math.abs(a[i] - b[i]) > close);
        }
    }

    private final NetworkCopy network;
    private final List<Suspect> suspects = new ArrayList<>();

    private AlikeUnits(NetworkCopy network) {
        this.network = network;
    }

    /**
     * The proportion of units that have a double, by step.
     *
     * @param network a copy, whose weights are changed if units are equal
     * @param unexamined gets the reason if equal units cannot be judged
     * @return null where there are no weights of a known layout, or no judgement
     */
    static @Nullable Double[] of(NetworkCopy network, MultiDataSet batch, List<Unexamined> unexamined) {
        AlikeUnits search = new AlikeUnits(network);
        int steps = network.steps().size();
        int[] units = new int[steps];
        for (int i = 0; i < steps; i++) {
            LayerNode node = network.node(i);
            units[i] = node == null ? 0 : search.suspect(i, node);
        }
        @Nullable Double[] alike = new Double[steps];
        Arrays.setAll(alike, i -> units[i] == 0 ? null : (Double) 0.0);
        try {
            search.tellApart(batch);
        } catch (IllegalArgumentException noGradient) {
            search.suspects.forEach(suspect -> alike[suspect.step] = null);
            unexamined.add(new Unexamined(
                    network.steps().get(search.suspects.get(0).step).name(),
                    "whether its equal units stay alike",
                    String.valueOf(noGradient.getMessage())));
            return alike;
        }
        for (Suspect suspect : search.suspects) {
            int doubles = suspect.groups.stream().mapToInt(List::size).sum();
            alike[suspect.step] = Objects.requireNonNull(alike[suspect.step]) + doubles / (double) units[suspect.step];
        }
        return alike;
    }

    /** Looks for equal units in a layer; returns how many units it has. */
    private int suspect(int step, LayerNode node) {
        int units = 0;
        for (WeightView weight : node.view().weights()) {
            if (weight.role() == Role.RESPONSE || weight.role() == Role.INNER) {
                UnitWeights own = UnitWeights.of(weight.shape(), weight.weights(), weight.bias());
                units += own.units();
                List<List<Integer>> groups = own.equal();
                if (!groups.isEmpty()) {
                    suspects.add(new Suspect(step, weight, biasName(node, weight), groups));
                }
            }
        }
        return units;
    }

    private static @Nullable String biasName(LayerNode node, WeightView weight) {
        return node.layer().paramTable().entrySet().stream()
                .filter(entry -> weight.bias() != null
                        && entry.getValue().offset() == weight.bias().offset())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private void tellApart(MultiDataSet batch) {
        for (int update = 0; update < UPDATES && suspects.stream().anyMatch(s -> !s.groups.isEmpty()); update++) {
            Recording.Mode mode = new Recording.Mode(network.type(), true, Recording.End.RESPONSE);
            try (Recording recording = Recording.of(network, batch, mode)) {
                INDArray[] starts = recording.ends().stream()
                        .map(recording::output)
                        .map(output -> Nd4j.randn(output.dataType(), output.shape()))
                        .toArray(INDArray[]::new);
                recording.pullBack(starts, (step, ignored, gradients) -> {
                    suspects.stream()
                            .filter(suspect -> suspect.step == step)
                            .forEach(suspect -> suspect.part(gradients));
                    move(network.node(step), gradients);
                });
            }
        }
    }

    /** An update of every trained array, of a length that its own weights set. */
    private static void move(@Nullable LayerNode node, Map<String, INDArray> gradients) {
        if (node == null || node.isFrozen()) {
            return;
        }
        gradients.forEach((name, gradient) -> {
            INDArray parameter = node.layer().getParam(name);
            double largest = gradient.amaxNumber().doubleValue();
            boolean trained = parameter != null && node.layer().updaterDivideByMinibatch(name);
            if (trained && largest > 0 && Double.isFinite(largest)) {
                double size = parameter.amaxNumber().doubleValue();
                parameter.subi(gradient.mul((size > 0 ? size : 1) * STRIDE / largest));
            }
        });
    }
}
