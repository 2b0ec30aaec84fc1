package io.github.dl4jinit.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer of the last layer did, phase by phase.
 *
 * @param trainer name of the trainer
 * @param phases in the order of time, at least one
 * @param seconds wall time of the whole training
 */
public record TrainReport(String trainer, List<TrainPhase> phases, double seconds) {

    /** The first and the last phases that the text shows. */
    private static final int SHOWN = 10;

    /** Makes the list immutable. */
    public TrainReport {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a report has at least one phase, got none");
        }
    }

    /**
     * The loss in the end.
     *
     * @return the loss after the last phase
     */
    public double loss() {
        return phases.get(phases.size() - 1).loss();
    }

    /**
     * The last basis that was measured.
     *
     * @return its rank, or null if none was measured
     */
    public @Nullable Integer rank() {
        return phases.stream().map(TrainPhase::rank).reduce(null, (last, next) -> next == null ? last : next);
    }

    /**
     * The last basis that was measured.
     *
     * @return its condition, or null if none was measured
     */
    public @Nullable Double condition() {
        return phases.stream().map(TrainPhase::condition).reduce(null, (last, next) -> next == null ? last : next);
    }

    /**
     * Wall time of all phases of a kind.
     *
     * @param kind solves or updates
     * @return in seconds
     */
    public double seconds(TrainPhase.Kind kind) {
        return phases.stream()
                .filter(phase -> phase.kind() == kind)
                .mapToDouble(TrainPhase::seconds)
                .sum();
    }

    /**
     * The report as a table for terminals and logs; of a long training, its first and last phases.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        TextTable table = new TextTable("phase", "epoch", "iteration", "loss", "rank", "condition", "steps", "ms");
        for (TrainPhase phase : phases.subList(0, Math.min(SHOWN, phases.size()))) {
            row(table, phase);
        }
        int hidden = phases.size() - 2 * SHOWN;
        if (hidden > 0) {
            table.row(hidden + " more", "", "", "", "", "", "", "");
        }
        for (TrainPhase phase : phases.subList(Math.min(phases.size(), SHOWN + Math.max(0, hidden)), phases.size())) {
            row(table, phase);
        }
        return String.format(
                        Locale.ROOT,
                        "%s: loss %.6g after %d phases, %.2f s (solves %.2f s, updates %.2f s)%n",
                        trainer,
                        loss(),
                        phases.size(),
                        seconds,
                        seconds(TrainPhase.Kind.SOLVE),
                        seconds(TrainPhase.Kind.UPDATES))
                + table;
    }

    private static void row(TextTable table, TrainPhase phase) {
        Double condition = phase.condition();
        table.row(
                phase.kind().name().toLowerCase(Locale.ROOT),
                Integer.toString(phase.epoch()),
                Integer.toString(phase.iteration()),
                String.format(Locale.ROOT, "%.6g", phase.loss()),
                phase.rank() == null ? "" : phase.rank().toString(),
                condition == null ? "" : String.format(Locale.ROOT, "%.3g", condition),
                phase.steps().stream()
                        .map(step -> String.format(Locale.ROOT, "%.3g", step))
                        .collect(Collectors.joining(" ")),
                String.format(Locale.ROOT, "%.1f", 1000 * phase.seconds()));
    }

    /**
     * The report as JSON, with this record's component names.
     *
     * @return an indented JSON object; what was not measured is null
     */
    public String toJson() {
        return Json.write(this);
    }

    @Override
    public String toString() {
        return toText();
    }
}
