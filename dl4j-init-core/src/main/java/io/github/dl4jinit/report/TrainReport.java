package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What a trainer of the last layer did, phase by phase.
 *
 * @param trainer name of the trainer
 * @param phases in the order of time, at least one
 * @param seconds wall time of the whole training
 */
@API(status = API.Status.STABLE, since = "0.1")
public record TrainReport(String trainer, List<Phase> phases, double seconds) implements Report {

    /**
     * One phase of a training that alternates between solving for the output layer and moving the hidden layers.
     *
     * @param kind what was done
     * @param clock when, and how long it took
     * @param loss the function that the solves minimize, after the phase: after a solve, on the examples that it solved for;
     *     after updates, on the examples of the next solve, or of the last one if none follows
     * @param solve what a solve found; nothing in it for updates
     */
    public record Phase(
            Kind kind,
            @JsonUnwrapped Clock clock,
            double loss,
            @JsonUnwrapped Solve solve) {}

    /** What a phase does. */
    public enum Kind {
        /** The output layer is solved for, the hidden layers are kept. */
        SOLVE,
        /** The network's own updater moves the hidden layers, the output layer is kept. */
        UPDATES
    }

    /**
     * The time of a phase.
     *
     * @param epoch epochs of the network finished before it
     * @param iteration updates that the network had made after it
     * @param seconds wall time that it took
     */
    public record Clock(int epoch, int iteration, double seconds) {}

    /**
     * The basis that was solved for, and how.
     *
     * @param rank numerical rank of the basis, or null if it was not measured
     * @param condition largest singular value of the basis over the smallest that counts, or null
     * @param steps step lengths that the line search took, one per Newton step; 0 for one that it refused; empty if there was
     *     no line search
     */
    public record Solve(@Nullable Integer rank, @Nullable Double condition, List<Double> steps) {

        /** A phase without a solve. */
        public static final Solve NONE = new Solve(null, null, List.of());

        /** Makes the list immutable. */
        public Solve {
            steps = List.copyOf(steps);
        }
    }

    /** The first and the last phases that the text shows. */
    private static final int SHOWN = 10;

    /** Makes the list immutable. */
    public TrainReport {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a report has at least one phase, got none");
        }
    }

    /** {@return the loss after the last phase} */
    public double loss() {
        return phases.get(phases.size() - 1).loss();
    }

    /** {@return the rank of the last basis that was measured, or null if none was} */
    public @Nullable Integer rank() {
        return phases.stream()
                .map(phase -> phase.solve().rank())
                .reduce(null, (last, next) -> next == null ? last : next);
    }

    /** {@return the condition of the last basis that was measured, or null if none was} */
    public @Nullable Double condition() {
        return phases.stream()
                .map(phase -> phase.solve().condition())
                .reduce(null, (last, next) -> next == null ? last : next);
    }

    /**
     * Wall time of all phases of a kind.
     *
     * @param kind solves or updates
     * @return in seconds
     */
    public double seconds(Kind kind) {
        return phases.stream()
                .filter(phase -> phase.kind() == kind)
                .mapToDouble(phase -> phase.clock().seconds())
                .sum();
    }

    /** Of a long training, its first and last phases. */
    @Override
    public String toText() {
        TextTable table = new TextTable("phase", "epoch", "iteration", "loss", "rank", "condition", "steps", "ms");
        for (Phase phase : phases.subList(0, Math.min(SHOWN, phases.size()))) {
            row(table, phase);
        }
        int hidden = phases.size() - 2 * SHOWN;
        if (hidden > 0) {
            table.row(hidden + " more", "", "", "", "", "", "", "");
        }
        for (Phase phase : phases.subList(Math.min(phases.size(), SHOWN + Math.max(0, hidden)), phases.size())) {
            row(table, phase);
        }
        return String.format(
                        Locale.ROOT,
                        "%s: loss %.6g after %d phases, %.2f s (solves %.2f s, updates %.2f s)%n",
                        trainer,
                        loss(),
                        phases.size(),
                        seconds,
                        seconds(Kind.SOLVE),
                        seconds(Kind.UPDATES))
                + table;
    }

    private static void row(TextTable table, Phase phase) {
        Integer rank = phase.solve().rank();
        Double condition = phase.solve().condition();
        table.row(
                phase.kind().name().toLowerCase(Locale.ROOT),
                Integer.toString(phase.clock().epoch()),
                Integer.toString(phase.clock().iteration()),
                String.format(Locale.ROOT, "%.6g", phase.loss()),
                rank == null ? "" : rank.toString(),
                condition == null ? "" : String.format(Locale.ROOT, "%.3g", condition),
                phase.solve().steps().stream()
                        .map(step -> String.format(Locale.ROOT, "%.3g", step))
                        .collect(Collectors.joining(" ")),
                String.format(Locale.ROOT, "%.1f", 1000 * phase.clock().seconds()));
    }

    @Override
    public String toString() {
        return toText();
    }
}
