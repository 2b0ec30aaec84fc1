package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.Diagnosis.Prognosis;
import io.github.dl4jinit.doctor.DoctorReport.Judgement;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.Measured;
import io.github.dl4jinit.doctor.DoctorReport.RemedyTrial;
import io.github.dl4jinit.doctor.DoctorReport.Subject;
import io.github.dl4jinit.doctor.DoctorReport.Treatment;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Tells before the first update whether a network will train, which of its layers will not, and what fixes it.
 *
 * <p>It measures for each layer and vertex: the signal (what still tells examples apart), the part of a gradient that arrives, what the
 * layer does to a gradient on its own, dead and saturated units, the effective rank; each with an interval over the examples, beside what
 * mean-field theory predicts with the layer's real activation and the sizes of its real weights. With batch normalization the
 * signal is measured with the statistics of the batch, as in training, and once more with the stored ones, as at inference.
 *
 * <p>Where a number lies beyond its bound a rule fires; docs/doctor.md says where the bounds come from. If one fires,
 * initializers are tried on copies, the copies are examined, and the first that leaves the fewest findings is prescribed.
 *
 * <p>Shapes: any. Masks are applied. Labels are not needed. It runs on copies in the network's own precision; the network, its random
 * generator and its counters stay bit for bit what they were. Cost: about ten forward passes of the batch for an examination, and one
 * examination and one initialization for each remedy that is tried; all activations of the batch are held.
 *
 * <p>When to use it: on a new architecture, when training does not start, and in tests ({@link #assertHealthyInit}). When not: on a network in the
 * middle of training, whose large weights mean something; with a batch of a few examples, which show no rank and no dead unit. A hundred are enough.
 *
 * <p>Source: Ours. Its parts: X. Glorot, Y. Bengio (2010) for signals and gradients by layer, B. Poole et al. (2016) and S. S. Schoenholz et al.
 * (2017) for the theory, J. Pennington, S. S. Schoenholz, S. Ganguli, "Resurrecting the sigmoid in deep learning through dynamical isometry"
 * (2017) for the dispersion of squared singular values.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class InitDoctor {

    /** The prognosis is bad if more than this proportion of the study's networks in which a rule fires failed to train. */
    private static final double BAD = 0.5;

    private InitDoctor() {}

    /**
     * Examines a network with one input and one output.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features, a hundred examples or more; labels are not needed
     * @return the diagnosis
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     * @throws IllegalStateException if {@code init()} has not been called
     */
    public static Diagnosis examine(Model model, DataSet batch) {
        return examine(model, batch.toMultiDataSet());
    }

    /**
     * Examines a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features for every input, a hundred examples or more; labels are not needed
     * @return the diagnosis
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     * @throws IllegalStateException if {@code init()} has not been called
     */
    public static Diagnosis examine(Model model, MultiDataSet batch) {
        long start = System.nanoTime();
        Examination examination = Examination.of(model, batch, true);
        List<LayerVitals> layers = examination.layers();
        List<Attempt> attempts =
                Rule.firing(layers).isEmpty() ? List.of() : attempts(examination.depth(), model, batch);
        Attempt best = attempts.stream()
                .filter(attempt -> attempt.layers != null && attempt.burden() < burden(layers))
                .min(Comparator.comparingDouble(Attempt::burden))
                .orElse(null);
        List<LayerVitals> after = best == null ? List.of() : treated(best.remedy, model, batch, true);
        String line = best == null ? "" : best.remedy.line();
        DoctorReport report = new DoctorReport(
                new Subject(
                        model.getClass().getSimpleName(),
                        model.numParams(),
                        batch.getFeatures(0).size(0),
                        (System.nanoTime() - start) / 1e9),
                new Judgement(prognosis(layers), predicts(layers), new Findings(layers, line, after).all()),
                new Measured(layers, examination.unexamined()),
                new Treatment(
                        attempts.stream().map(Attempt::trial).toList(),
                        line,
                        after,
                        best == null ? null : prognosis(after)));
        return new Diagnosis(report, best == null ? null : best.remedy.initializer());
    }

    /**
     * Only measures and judges: without theory's predictions, and without trying remedies.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features for every input, a hundred examples or more; labels are not needed
     * @return a line per layer and vertex, in the order of execution
     * @throws IllegalArgumentException if the batch is empty, not finite or does not fit the network
     * @throws IllegalStateException if {@code init()} has not been called
     */
    public static List<LayerVitals> look(Model model, MultiDataSet batch) {
        return Examination.of(model, batch, false).layers();
    }

    /**
     * For tests: fails unless a network is healthy.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features, a hundred examples or more; labels are not needed
     * @throws AssertionError if a rule fires, with the report
     */
    public static void assertHealthyInit(Model model, DataSet batch) {
        assertHealthyInit(model, batch.toMultiDataSet());
    }

    /**
     * For tests: fails unless a network is healthy.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; it is only read
     * @param batch features for every input, a hundred examples or more; labels are not needed
     * @throws AssertionError if a rule fires, with the report
     */
    public static void assertHealthyInit(Model model, MultiDataSet batch) {
        Diagnosis diagnosis = examine(model, batch);
        if (!diagnosis.healthy()) {
            throw new AssertionError(
                    "the network does not start healthy." + System.lineSeparator() + diagnosis.toText());
        }
    }

    /**
     * A remedy on a copy.
     *
     * @param layers after it; null if it could not be applied
     * @param note why not, or ""
     */
    private record Attempt(Remedies.Remedy remedy, @Nullable List<LayerVitals> layers, String note) {

        double burden() {
            return InitDoctor.burden(Objects.requireNonNull(layers));
        }

        RemedyTrial trial() {
            List<String> remaining = layers == null
                    ? List.of()
                    : Rule.firing(layers).stream()
                            .map(rule -> rule.id() + " (" + rule.count(layers) + ")")
                            .toList();
            return new RemedyTrial(remedy.line(), remaining, note);
        }
    }

    /** Until one leaves no finding. */
    private static List<Attempt> attempts(int depth, Model model, MultiDataSet batch) {
        List<Attempt> attempts = new ArrayList<>();
        for (Remedies.Remedy remedy : Remedies.forDepth(depth)) {
            Attempt attempt = attempt(remedy, model, batch);
            attempts.add(attempt);
            if (attempt.layers != null && Rule.firing(attempt.layers).isEmpty()) {
                break;
            }
        }
        return attempts;
    }

    private static Attempt attempt(Remedies.Remedy remedy, Model model, MultiDataSet batch) {
        try {
            return new Attempt(remedy, treated(remedy, model, batch, false), "");
        } catch (
                RuntimeException
                        notForThisNetwork) { // Whatever it is: the other remedies are tried, and the report says why.
            return new Attempt(remedy, null, String.valueOf(notForThisNetwork.getMessage()));
        }
    }

    private static List<LayerVitals> treated(
            Remedies.Remedy remedy, Model model, MultiDataSet batch, boolean predicted) {
        Model copy = NetworkCopy.duplicate(model);
        remedy.initializer().initialize(copy, batch);
        return Examination.of(copy, batch, predicted).layers();
    }

    /** How bad it is: first the risk counts, then the number of rules, then the number of layers. */
    private static double burden(List<LayerVitals> layers) {
        List<Rule> fired = Rule.firing(layers);
        double risk = fired.stream()
                .mapToDouble(rule -> rule.experience().risk())
                .max()
                .orElse(0);
        long places = fired.stream().mapToLong(rule -> rule.count(layers)).sum();
        return 1e6 * risk + 1e4 * fired.size() + places;
    }

    private static Prognosis prognosis(List<LayerVitals> layers) {
        List<Rule> fired = Rule.firing(layers);
        if (fired.isEmpty()) {
            return Prognosis.GOOD;
        }
        return fired.stream().anyMatch(rule -> rule.experience().risk() > BAD) ? Prognosis.BAD : Prognosis.DOUBTFUL;
    }

    private static String predicts(List<LayerVitals> layers) {
        return Rule.firing(layers).stream()
                .map(Rule::experience)
                .max(Comparator.comparingDouble(Experience::risk))
                .map(Experience::predicts)
                .orElse(Rule.SILENCE);
    }
}
