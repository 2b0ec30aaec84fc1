package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.random.ConfiguredDistribution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What DL4J silently expects of an {@link IWeightInit}, checked from outside. One line in a test of any framework:
 *
 * <pre>{@code
 * InitContract.of(new MyInit(0.5)).withVariance(shape -> 0.5 / shape.fanIn()).check();
 * }</pre>
 *
 * <p>Checked, in FLOAT and DOUBLE and in the layouts of DL4J's layers, with fans that are fractional, below 1 and 0: it writes into
 * the view that it is given, all of it and nothing else, and returns it in the shape and order asked for; all numbers are finite;
 * the same seed gives the same bits and another seed other weights; it is equal to itself after JSON, YAML (inside a
 * {@code MultiLayerConfiguration}) and Java serialization, and then draws the same weights; and, if a variance is declared, mean and
 * variance of half a million weights are within 5 standard errors of 0 and of it, in six layouts: dense, LSTM, embedding, one- and
 * two-dimensional and depthwise convolution.
 *
 * <p>The power of that last check: the standard error comes from the fourth moment that is measured. Five of them are 1 % of the variance for
 * a normal distribution and 0.6 % for a uniform one, so that a 5 % error fails; for a distribution with heavy tails, such as {@code Sparse(15, s)} with 1000
 * inputs, they are 10 %, and a 5 % error passes. A right initializer fails one of the twelve comparisons with a probability of 7e-6, for
 * one and the same seed always or never.
 *
 * <p>An initializer may refuse a layout with an {@link IllegalArgumentException} that has a message; it must accept one at least, and one
 * of the six if it declares a variance.
 * DL4J's own {@code OrthogonalDistribution} fails without being called, since a call may end the JVM.
 * The check sets the seed of {@code Nd4j.getRandom()}.
 *
 * @param init what is checked
 * @param variance the variance of a weight that it promises, by shape; null if it promises none
 * @param deterministic whether it is meant to ignore the seed
 */
@API(status = API.Status.STABLE, since = "0.1")
public record InitContract(IWeightInit init, @Nullable ToDoubleFunction<WeightShape> variance, boolean deterministic) {
    private static final double STANDARD_ERRORS = 5;

    /**
     * What was found.
     *
     * @param violations what is wrong and what to write instead; empty if nothing is
     * @param refusals layouts that the initializer does not accept, with its message
     */
    public record Result(List<String> violations, List<String> refusals) {
        /** Copies the lists. */
        public Result {
            violations = List.copyOf(violations);
            refusals = List.copyOf(refusals);
        }
    }

    /** Checks that there is something to check. */
    public InitContract {
        Objects.requireNonNull(init, "init must not be null");
    }

    /**
     * A contract for an initializer that draws at random and declares no variance.
     *
     * @param init what to check
     * @return the contract; nothing has run yet
     */
    public static InitContract of(IWeightInit init) {
        return new InitContract(init, null, false);
    }

    /**
     * Adds a promise about the variance.
     *
     * @param declared the variance of one weight, from the true fans of its shape
     * @return a new contract
     */
    public InitContract withVariance(ToDoubleFunction<WeightShape> declared) {
        return new InitContract(init, declared, deterministic);
    }

    /**
     * Says that the weights do not depend on the seed.
     *
     * @return a new contract
     */
    public InitContract withoutRandomness() {
        return new InitContract(init, variance, true);
    }

    /**
     * Runs all checks.
     *
     * @throws AssertionError with every violation, one a line
     */
    public void check() {
        List<String> violations = examine().violations();
        if (!violations.isEmpty()) {
            throw new AssertionError(init.getClass().getName() + " breaks the contract of IWeightInit:\n  - "
                    + String.join("\n  - ", violations));
        }
    }

    /**
     * Runs all checks and throws nothing.
     *
     * @return all violations and refusals
     */
    public Result examine() {
        Optional<String> refusal = ConfiguredDistribution.whyNotCalled(init);
        if (refusal.isPresent()) {
            return new Result(List.of("it is not called: " + refusal.get()), List.of());
        }
        Set<String> violations = new LinkedHashSet<>();
        List<String> refusals = new ArrayList<>();
        List<ContractCase> accepted = new ArrayList<>();
        for (ContractCase call : ContractCase.ordinary()) {
            if (accepts(call, violations, refusals)) {
                accepted.add(call);
            }
        }
        if (accepted.isEmpty()) {
            violations.add("accepts none of the layouts of DL4J's layers: see the refusals");
        } else {
            ContractCase call = accepted.get(0);
            if (!deterministic && Arrays.equals(weights(init, call, 1), weights(init, call, 2))) {
                violations.add(call.name() + ": two seeds gave the same weights: draw from Nd4j.getRandom(), "
                        + "or declare it with withoutRandomness()");
            }
            roundTrip("JSON", RoundTrips::throughJson, call, violations);
            roundTrip("YAML", RoundTrips::throughYaml, call, violations);
            roundTrip("Java serialization", RoundTrips::throughJava, call, violations);
        }
        if (variance != null) {
            int measured = 0;
            for (ContractCase call : ContractCase.large()) {
                measured += moments(call, variance, violations, refusals) ? 1 : 0;
            }
            if (measured == 0) {
                violations.add(
                        "the declared variance was measured nowhere, since all large layouts are refused: see the refusals, "
                                + "or declare none");
            }
        }
        return new Result(List.copyOf(violations), refusals);
    }

    private boolean accepts(ContractCase call, Set<String> violations, List<String> refusals) {
        try {
            for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
                INDArray first = call.draw(init, type, 1, violations::add);
                INDArray again = call.draw(init, type, 1, violations::add);
                if (!Arrays.equals(first.toDoubleVector(), again.toDoubleVector())) {
                    violations.add(
                            call.name() + ", " + type + ": one seed gave two results: draw from Nd4j.getRandom() only, "
                                    + "no generator and no state of your own");
                }
            }
            return true;
        } catch (IllegalArgumentException refusal) {
            note(call, refusal, violations, refusals);
        } catch (RuntimeException failure) {
            violations.add(call.name() + ": threw " + failure
                    + ": throw an IllegalArgumentException that says why if this layout is not for it");
        }
        return false;
    }

    private static void note(
            ContractCase call, IllegalArgumentException refusal, Set<String> violations, List<String> refusals) {
        if (refusal.getMessage() == null) {
            violations.add(call.name() + ": refused without a message: say what was given and what is needed");
        }
        refusals.add(call.name() + ": " + refusal.getMessage());
    }

    private static double[] weights(IWeightInit init, ContractCase call, long seed) {
        return call.draw(init, DataType.DOUBLE, seed, problem -> {}).toDoubleVector();
    }

    private void roundTrip(String name, RoundTrips.Route route, ContractCase call, Set<String> violations) {
        String remedy = ": make it a public record with @JsonProperty (org.nd4j.shade.jackson) on each component, "
                + "or a public class with such a constructor, equals and hashCode; no lambda, no INDArray field";
        try {
            IWeightInit loaded = route.through(init);
            if (!init.equals(loaded)) {
                violations.add(name + " brought back something that is not equal" + remedy);
            } else if (!Arrays.equals(weights(init, call, 3), weights(loaded, call, 3))) {
                violations.add(name + " brought back something that draws other weights: a setting was lost" + remedy);
            }
        } catch (IOException | ClassNotFoundException | RuntimeException failure) {
            violations.add(name + " failed with " + failure.getClass().getSimpleName() + " ("
                    + Objects.requireNonNullElse(failure.getMessage(), "")
                            .lines()
                            .findFirst()
                            .orElse("") + ")" + remedy);
        }
    }

    /** Compares mean and variance with the declaration; false if there was nothing to compare. */
    private boolean moments(
            ContractCase call, ToDoubleFunction<WeightShape> declared, Set<String> violations, List<String> refusals) {
        double[] weights;
        try {
            weights = call.draw(init, DataType.FLOAT, 4, violations::add).toDoubleVector();
        } catch (IllegalArgumentException refusal) {
            note(call, refusal, violations, refusals);
            return false;
        } catch (RuntimeException failure) {
            violations.add(call.name() + ": threw " + failure);
            return false;
        }
        compare(call, weights, declared, violations);
        return true;
    }

    private static void compare(
            ContractCase call, double[] weights, ToDoubleFunction<WeightShape> declared, Set<String> violations) {
        int n = weights.length;
        double promised = declared.applyAsDouble(call.weightShape());
        double mean = Arrays.stream(weights).average().orElseThrow();
        double second = Arrays.stream(weights).map(w -> (w - mean) * (w - mean)).sum() / n;
        double fourth = Arrays.stream(weights).map(w -> Math.pow(w - mean, 4)).sum() / n;
        // Var(s^2) = (m4 - m2^2) / n; a two-valued distribution has none, hence the room for rounding.
        double error = Math.sqrt(Math.max(fourth / (second * second) - 1, 1e-8) / n);
        double ratio = second / promised;
        if (!(Math.abs(ratio - 1) <= STANDARD_ERRORS * error * ratio)) {
            WeightShape shape = call.weightShape();
            boolean passedRight = shape.fanIn() == call.fanIn() && shape.fanOut() == call.fanOut();
            violations.add(String.format(
                    Locale.ROOT,
                    "%s: the variance is %.4g, %.4f times the declared %.4g, outside %.0f standard errors (%.4f) of %d weights: "
                            + (passedRight
                                    ? "fix the scale, or the declaration"
                                    : "DL4J passes wrong fans here, take those of WeightShape.infer"),
                    call.name(),
                    second,
                    ratio,
                    promised,
                    STANDARD_ERRORS,
                    STANDARD_ERRORS * error,
                    n));
        }
        double meanError = Math.sqrt(promised / n);
        if (!(Math.abs(mean) <= STANDARD_ERRORS * meanError)) {
            violations.add(String.format(
                    Locale.ROOT,
                    "%s: the mean is %.4g, outside %.0f standard errors (%.4g) of 0: make the distribution symmetric",
                    call.name(),
                    mean,
                    STANDARD_ERRORS,
                    STANDARD_ERRORS * meanError));
        }
    }
}
