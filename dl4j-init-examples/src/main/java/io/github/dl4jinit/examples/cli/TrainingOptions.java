package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Plan;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.Schemes;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Option;

/** The part of the command line that says which networks to train, from which starts, and how. */
final class TrainingOptions {

    @Option(
            names = "--schemes",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = SchemeNames.class,
            description = "ways to start, of: ${COMPLETION-CANDIDATES} (default: the first six)")
    private List<String> schemes = Schemes.usual().stream().map(Scheme::name).toList();

    @Option(
            names = "--architecture",
            paramLabel = "KIND",
            description = "mlp, residual or conv (default: mlp if a depth or activation is given, else three networks)")
    private @Nullable Architecture architecture;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "hidden layers, or residual blocks of two layers (default: 5)")
    private @Nullable Integer depth;

    @Option(names = "--width", paramLabel = "N", description = "units, or channels of conv (default: 100; conv: 16)")
    private @Nullable Integer width;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            description = "DL4J's name of the hidden layers' activation, such as relu, tanh, elu, selu (default: relu)")
    private @Nullable Activation activation;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "runs of each, with seeds 1..N (default: ${DEFAULT-VALUE})")
    private int seeds = 3;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the data (default: ${DEFAULT-VALUE})")
    private int epochs = 6;

    @Option(names = "--batch", paramLabel = "N", description = "examples of a minibatch (default: ${DEFAULT-VALUE})")
    private int batch = 125;

    @Option(names = "--updater", paramLabel = "NAME", description = "sgd, nesterov or adam (default: ${DEFAULT-VALUE})")
    private UpdateRule updater = UpdateRule.NESTEROV;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "the same for every scheme (default: 0.05 for sgd, 0.005 for nesterov, 0.001 for adam)")
    private @Nullable Double learningRate;

    /** The names of all schemes, for the help. */
    static final class SchemeNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Schemes.all().stream().map(Scheme::name).iterator();
        }
    }

    Plan plan() {
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds must be >= 1, got " + seeds);
        }
        return new Plan(
                networks(),
                schemes.stream().distinct().map(Schemes::named).toList(),
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                epochs,
                batch,
                updater,
                learningRate == null ? updater.usualRate() : learningRate);
    }

    private List<NetworkSpec> networks() {
        if (architecture == null && depth == null && activation == null) {
            int units = width == null ? 100 : width;
            return List.of(
                    new NetworkSpec(Architecture.MLP, 5, units, Activation.TANH),
                    new NetworkSpec(Architecture.MLP, 10, units, Activation.RELU),
                    new NetworkSpec(Architecture.RESIDUAL, 5, units, Activation.RELU));
        }
        Architecture kind = architecture == null ? Architecture.MLP : architecture;
        int usualWidth = kind == Architecture.CONV ? 16 : 100;
        return List.of(new NetworkSpec(
                kind,
                depth == null ? 5 : depth,
                width == null ? usualWidth : width,
                activation == null ? Activation.RELU : activation));
    }

    /** Checks that the networks fit the data. */
    void check(Plan plan, LabelledData data) {
        boolean pictures = plan.networks().stream().anyMatch(n -> n.architecture() == Architecture.CONV);
        if (pictures && data.image() == null) {
            throw new IllegalArgumentException("--architecture conv needs images, and " + data.name()
                    + " has none. Use --architecture mlp, or --data shapeset, mnist, coil20, monkey10 or cifar10.");
        }
        if (plan.batch() > data.train().numExamples()) {
            throw new IllegalArgumentException(
                    "--batch must be <= the " + data.train().numExamples() + " training examples, got " + plan.batch());
        }
    }

    /** Every setting with the value that is used, in the order to show them. */
    static Map<String, String> settings(Plan plan, String description) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", description);
        settings.put("networks", plan.networks().stream().map(NetworkSpec::name).collect(Collectors.joining(", ")));
        settings.put("schemes", plan.schemes().stream().map(Scheme::name).collect(Collectors.joining(", ")));
        settings.put("seeds", plan.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        settings.put("epochs", String.valueOf(plan.epochs()));
        settings.put("minibatch", String.valueOf(plan.batch()));
        settings.put("updater", plan.rule().name().toLowerCase(Locale.ROOT));
        settings.put("learning rate", String.valueOf(plan.learningRate()));
        settings.put("biases", "zero");
        settings.put("loss", "cross entropy of softmax, in nats; for training on the first 1,000 examples");
        return settings;
    }
}
