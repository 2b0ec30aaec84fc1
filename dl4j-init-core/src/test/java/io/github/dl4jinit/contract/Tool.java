package io.github.dl4jinit.contract;

import io.github.dl4jinit.audit.InitAudit;
import io.github.dl4jinit.contract.RandomNetwork.Part;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.initializer.EveryInitializer;
import io.github.dl4jinit.initializer.LayerFusion;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.listener.ProbeListener;
import io.github.dl4jinit.probe.HessianSpectrum;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.trainer.LeastSquaresTrainer;
import io.github.dl4jinit.trainer.NewtonTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tool of the library with what it promises for any network.
 *
 * @param name of the tool
 * @param trial answers with what it does wrong on a subject
 */
record Tool(String name, Function<Subject, List<String>> trial) {

    /** The settings of iterative tools: few steps, since promises do not depend on how many. */
    private static final int FEW = 3;

    /** All tools, the heavy ones with few steps. */
    static List<Tool> all() {
        List<Tool> all = new ArrayList<>();
        EveryInitializer.byName().forEach((name, initializer) -> all.add(initializer(name, initializer)));
        all.addAll(others());
        return all;
    }

    private static List<Tool> others() {
        return List.of(
                new Tool("LayerFusion", Tool::fusion),
                reader(
                        "Probe",
                        (subject, model) -> SecondMeasurement.of(
                                subject, new Probe(false, 1, 512).measure(model, subject.batch()))),
                reader(
                        "JacobianSpectrum",
                        (subject, model) -> SecondMeasurement.of(
                                subject,
                                new JacobianSpectrum(SecondMeasurement.EXAMPLES, 64, true)
                                        .measure(model, subject.batch()))),
                reader(
                        "HessianSpectrum",
                        (subject, model) -> SecondMeasurement.of(
                                new HessianSpectrum(2, 2 * FEW, FEW, FEW).measure(model, subject.batch()))),
                reader("EmpiricalNtk", SecondMeasurement::ofKernel),
                reader("InitDoctor", (subject, model) -> {
                    String text = InitDoctor.examine(model, subject.batch()).toText();
                    return text.isBlank() ? List.of("an empty diagnosis") : List.of();
                }),
                reader("InitAudit", (subject, model) -> {
                    String text = InitAudit.of(model).toText();
                    return text.isBlank() ? List.of("an empty audit") : List.of();
                }),
                new Tool("ProbeListener", Tool::probeListener),
                trainer("LeastSquaresTrainer", (model, batch) -> LeastSquaresTrainer.builder(model)
                        .updates(1)
                        .build()
                        .fit(batch)),
                trainer(
                        "NewtonTrainer",
                        (model, batch) ->
                                NewtonTrainer.builder(model).updates(1).build().fit(batch)));
    }

    /** What the tool does wrong on a description: empty if nothing, or if DL4J itself cannot. */
    List<String> violations(RandomNetwork description) {
        Optional<Subject> subject = Subject.of(description);
        return subject.isEmpty() ? List.of() : violations(subject.get());
    }

    List<String> violations(Subject subject) {
        try {
            return trial.apply(subject);
        } catch (RuntimeException failure) {
            return List.of("the trial itself threw " + failure + " at "
                    + Arrays.stream(failure.getStackTrace()).limit(FEW).toList());
        }
    }

    private static Tool initializer(String name, NetworkInitializer initializer) {
        return new Tool(name, subject -> examine(initializer, subject));
    }

    private static List<String> examine(NetworkInitializer initializer, Subject subject) {
        return InitializerContract.of(initializer)
                .examine(subject::network, subject.batch())
                .violations();
    }

    /** Reads a network that has been trained a little, so that there is something to spoil. */
    private static Tool reader(String name, BiFunction<Subject, Model, List<String>> reading) {
        return new Tool(name, subject -> {
            Model model = subject.trained();
            Untouched before = Untouched.of(model, subject.batch());
            List<String> violations = new ArrayList<>();
            try {
                violations.addAll(reading.apply(subject, model));
            } catch (RuntimeException failure) {
                InitializerContract.whyUnclear(failure).ifPresent(violations::add);
            }
            before.changes().forEach(change -> violations.add("changed: " + change));
            return violations;
        });
    }

    private static Tool trainer(String name, BiFunction<Model, DataSet, TrainReport> training) {
        return new Tool(name, subject -> {
            Model model = subject.trained();
            MultiDataSet batch = subject.batch();
            if (batch.numFeatureArrays() > 1 || batch.numLabelsArrays() > 1) {
                return List.of();
            }
            DataSet one = new DataSet(
                    batch.getFeatures(0),
                    batch.getLabels(0),
                    batch.getFeaturesMaskArray(0),
                    batch.getLabelsMaskArray(0));
            Untouched before = Untouched.of(model, batch);
            List<String> violations = new ArrayList<>();
            try {
                TrainReport report = training.apply(model, one);
                before.changes(Untouched.Part.changedByTraining())
                        .forEach(change -> violations.add("changed: " + change));
                if (!Subject.isFinite(model.params())
                        || report.phases().stream().anyMatch(phase -> !Double.isFinite(phase.loss()))) {
                    violations.add("parameters or losses are not finite");
                }
            } catch (RuntimeException failure) {
                InitializerContract.whyUnclear(failure).ifPresent(violations::add);
                before.changes().forEach(change -> violations.add("threw " + failure + " and changed: " + change));
            }
            return violations;
        });
    }

    /** Training goes on as without it. */
    private static List<String> probeListener(Subject subject) {
        Model without = subject.trained();
        Model with = subject.network();
        ProbeListener listener = new ProbeListener(Probe.defaults(), ProbeListener.Schedule.every(1));
        with.addListeners(listener);
        List<String> violations = new ArrayList<>();
        try {
            subject.fit(with);
            if (!without.params().equals(with.params())) {
                violations.add("training went on in another way");
            }
            if (listener.reports().isEmpty()) {
                violations.add("no report");
            }
        } catch (RuntimeException failure) {
            InitializerContract.whyUnclear(failure).ifPresent(violations::add);
        }
        return violations;
    }

    /** A network with one dense layer more is fused into this one; where there is no such layer, it is to be refused. */
    private static List<String> fusion(Subject subject) {
        RandomNetwork small = subject.description();
        List<Part> trunk = small.trunk();
        int before = small.sources().get(0).parts().size();
        for (int i = 0; i < trunk.size() && !small.graph(); i++) {
            Part part = trunk.get(i);
            if (part.layer() == Kind.DENSE) {
                List<Part> deeper = new ArrayList<>(trunk);
                deeper.add(i + 1, Part.of(Kind.DENSE, part.width()));
                RandomNetwork large = new RandomNetwork(
                        small.seed(),
                        false,
                        small.type(),
                        small.examples(),
                        small.settings(),
                        small.sources(),
                        deeper,
                        small.tails());
                int place = before + i;
                return examine(
                        LayerFusion.of(Assembly.network(large), "layer" + place, "layer" + (place + 1)), subject);
            }
        }
        Nd4j.getRandom().setSeed(small.seed());
        return examine(LayerFusion.of(subject.network(), "layer0", "layer1"), subject);
    }
}
