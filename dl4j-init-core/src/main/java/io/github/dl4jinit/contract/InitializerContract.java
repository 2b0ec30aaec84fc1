package io.github.dl4jinit.contract;

import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What {@link NetworkInitializer} promises, checked from outside on a network and a batch of anybody's:
 *
 * <pre>{@code
 * InitializerContract.of(new MyInitializer()).check(() -> myNetwork(), batch);
 * }</pre>
 *
 * <p>Checked:
 *
 * <ul>
 *   <li>nothing changes but parameters of layers that are not skipped, bit for bit; if it throws, nothing changes at all;
 *   <li>what it throws is an {@link IllegalArgumentException}, {@link IllegalStateException}, {@link UnsupportedOperationException} or
 *       {@link ArithmeticException} of its own, with a message;
 *   <li>each layer and vertex that has parameters has its line; each skipped one a reason;
 *   <li>the variances in the report are those that DL4J's own forward pass has in the finished network: to 1e-5 of itself in single, 1e-10 in
 *       double, 2e-3 in half precision;
 *   <li>one seed, the same bits: a second network of the same kind gets the same parameters, whatever the random generator did before;
 *   <li>a batch with NaN is refused, and nothing changes;
 *   <li>attached to an {@link io.github.dl4jinit.listener.InitializingListener}, it gives after three updates the parameters and the updater
 *       state of a network that was initialized by hand: the difference is 0.0. Where DL4J itself cannot train the network, this is not asked.
 * </ul>
 *
 * @param initializer what is checked
 */
@API(status = API.Status.STABLE, since = "0.1")
public record InitializerContract(NetworkInitializer initializer) {

    private static final long ANY_SEED = 99;

    /**
     * What was found.
     *
     * @param violations what is wrong; empty if nothing is
     * @param report what the initializer reported, or null if it refused the network
     * @param refusal the message with which it refused, or null
     */
    public record Result(
            List<String> violations,
            @Nullable InitReport report,
            @Nullable String refusal) {
        /** Copies the list. */
        public Result {
            violations = List.copyOf(violations);
        }
    }

    /** Checks that there is something to check. */
    public InitializerContract {
        Objects.requireNonNull(initializer, "initializer must not be null");
    }

    /**
     * A contract for an initializer.
     *
     * @param initializer what to check
     * @return the contract; nothing has run yet
     */
    public static InitializerContract of(NetworkInitializer initializer) {
        return new InitializerContract(initializer);
    }

    /**
     * Runs all checks.
     *
     * @param network makes a network, on which {@code init()} has been called: each time a new one, each time the same
     * @param batch features, labels and masks; without labels nothing is trained
     * @return the report
     * @throws AssertionError with every violation, one a line, or with the message with which the initializer refused the network
     */
    public InitReport check(Supplier<? extends Model> network, MultiDataSet batch) {
        Result result = examine(network, batch);
        if (!result.violations().isEmpty()) {
            throw new AssertionError(initializer.getClass().getName()
                    + " breaks the contract of NetworkInitializer:\n  - " + String.join("\n  - ", result.violations()));
        }
        if (result.report() == null) {
            throw new AssertionError(initializer.getClass().getName() + " refused the network: " + result.refusal());
        }
        return result.report();
    }

    /**
     * Runs all checks and throws nothing.
     *
     * @param network as for {@link #check}
     * @param batch as for {@link #check}
     * @return all violations, and how the initializer answered
     * @throws IllegalArgumentException if the networks are not alike
     */
    public Result examine(Supplier<? extends Model> network, MultiDataSet batch) {
        List<String> violations = new ArrayList<>();
        Model model = network.get();
        double[] born = ParameterBits.of(model.params());
        Supplier<Model> twins = () -> requireTwin(born, network.get());
        Untouched before = Untouched.of(model, batch);
        Map<String, double[]> drawn = ParameterBits.byName(model);
        InitReport report;
        try {
            report = initializer.initialize(model, batch);
        } catch (RuntimeException failure) {
            before.changes().forEach(change -> violations.add("threw " + failure + " and changed: " + change));
            whyUnclear(failure).ifPresent(violations::add);
            return new Result(violations, null, String.valueOf(failure.getMessage()));
        }
        before.changes(Untouched.Part.PARAMETERS).forEach(change -> violations.add("changed: " + change));
        lines(report, drawn, ParameterBits.byName(model), violations);
        variances(report, model, batch, violations);
        sameBits(twins, batch, model, violations);
        refusesNotANumber(twins, batch, violations);
        if (batch.getLabels() != null) {
            new FirstUpdates(initializer, twins, batch).compare(violations);
        }
        return new Result(violations, report, null);
    }

    private static Model requireTwin(double[] born, Model other) {
        if (!Arrays.equals(born, ParameterBits.of(other.params()))) {
            throw new IllegalArgumentException(
                    "network must make the same network each time, and its parameters differ: configure one seed, and not"
                            + " seed(0), for which ND4J takes the time of day");
        }
        return other;
    }

    /** Whether a refusal sends its reader the right way: it is meant, and it says something. */
    static Optional<String> whyUnclear(Throwable failure) {
        boolean meant = failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof UnsupportedOperationException
                || failure instanceof ArithmeticException;
        StackTraceElement[] trace = failure.getStackTrace();
        boolean foreign = trace.length > 0
                && (trace[0].getClassName().startsWith("org.nd4j.")
                        || trace[0].getClassName().startsWith("org.deeplearning4j."));
        if (meant
                && !foreign
                && failure.getMessage() != null
                && !failure.getMessage().isBlank()) {
            return Optional.empty();
        }
        return Optional.of("threw " + failure + (trace.length == 0 ? "" : " at " + trace[0])
                + ": say what is wrong with the network or the batch, and what to do");
    }

    private static void lines(
            InitReport report, Map<String, double[]> drawn, Map<String, double[]> finished, List<String> violations) {
        Map<String, List<LayerReport>> lines = report.layers().stream()
                .collect(Collectors.groupingBy(LayerReport::layer, LinkedHashMap::new, Collectors.toList()));
        drawn.forEach((name, before) -> {
            List<LayerReport> own = lines.remove(name);
            if (own == null) {
                violations.add(name + " has parameters and no line in the report");
                return;
            }
            boolean skipped = own.stream().allMatch(line -> line.outcome() == Outcome.SKIPPED);
            if (skipped && !Arrays.equals(before, finished.get(name))) {
                violations.add(name + " is reported as skipped, and its parameters changed");
            }
            if (own.stream()
                    .anyMatch(line ->
                            line.outcome() != Outcome.CONVERGED && line.note().isBlank())) {
                violations.add(name + " was skipped or stalled without a reason");
            }
        });
        lines.keySet().forEach(name -> violations.add("a line is about '" + name + "', which has no parameters"));
    }

    private static void variances(InitReport report, Model model, MultiDataSet batch, List<String> violations) {
        if (report.layers().stream().allMatch(line -> line.varianceAfter() == null)) {
            return;
        }
        SecondLook look = SecondLook.at(model, batch);
        double tolerance =
                switch (model.params().dataType()) {
                    case DOUBLE -> 1e-10;
                    case FLOAT -> 1e-5;
                    // Weights are rounded to 11 bits or to 8, and variances have twice the error.
                    case HALF -> 2e-3;
                    default -> 2e-2;
                };
        for (LayerReport line : report.layers()) {
            OptionalDouble seen = look.variance(line.layer(), line.parameter());
            Double reported = line.varianceAfter();
            if (reported != null && seen.isPresent()) {
                double difference = Math.abs(reported - seen.getAsDouble());
                if (!(difference <= tolerance * Math.max(Math.abs(reported), 1))) {
                    violations.add(String.format(
                            Locale.ROOT,
                            "%s %s: the report says variance %.10g, a forward pass %.10g",
                            line.layer(),
                            line.parameter(),
                            reported,
                            seen.getAsDouble()));
                }
            }
        }
    }

    private void sameBits(Supplier<? extends Model> network, MultiDataSet batch, Model first, List<String> violations) {
        Model second = network.get();
        Nd4j.getRandom().setSeed(ANY_SEED);
        initializer.initialize(second, batch);
        if (!Arrays.equals(ParameterBits.of(first.params()), ParameterBits.of(second.params()))) {
            violations.add("one seed gave two results: draw from Nd4j.getRandom() inside of InitializationPass");
        }
    }

    private void refusesNotANumber(Supplier<? extends Model> network, MultiDataSet batch, List<String> violations) {
        INDArray[] features =
                Arrays.stream(batch.getFeatures()).map(INDArray::dup).toArray(INDArray[]::new);
        if (!features[0].dataType().isFPType()) {
            return;
        }
        features[0].putScalar(0, Double.NaN);
        MultiDataSet broken = new org.nd4j.linalg.dataset.MultiDataSet(
                features, batch.getLabels(), batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        Model model = network.get();
        Untouched before = Untouched.of(model, broken);
        try {
            initializer.initialize(model, broken);
            violations.add("a batch with NaN was accepted");
        } catch (RuntimeException failure) {
            whyUnclear(failure).map(why -> "given NaN, " + why).ifPresent(violations::add);
            before.changes().forEach(change -> violations.add("refused a batch with NaN and changed: " + change));
        }
    }
}
