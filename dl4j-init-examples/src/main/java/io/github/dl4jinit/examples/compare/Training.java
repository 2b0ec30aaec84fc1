package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.compare.Plan.Run;
import io.github.dl4jinit.examples.compare.RunResult.EpochResult;
import io.github.dl4jinit.examples.compare.RunResult.LayerVariance;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.initializer.LayerFusion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** One run: build, start, measure, and train epoch by epoch. Everything that is random in it comes from its seed. */
final class Training {

    /** Examples that the activation variance at the start is measured on. */
    private static final int PROBE = 256;

    /** Examples at most that the training loss is measured on: all would cost as much as a good part of the training. */
    private static final int TRAIN_SAMPLE = 1000;

    private final Plan plan;
    private final Run run;
    private final DataSet train;
    private final DataSet trainSample;
    private final DataSet test;
    private final LabelledData data;

    Training(Plan plan, Run run, LabelledData data) {
        this.plan = plan;
        this.run = run;
        this.data = data;
        boolean pictures = run.network().architecture() == Architecture.CONV;
        this.train = pictures ? data.asImages(data.train()) : data.train();
        this.trainSample = Rows.first(train, TRAIN_SAMPLE);
        this.test = pictures ? data.asImages(data.test()) : data.test();
    }

    /** Trains, in the calling thread, and calls back after each epoch that was trained. */
    RunResult result(Runnable afterEpoch) {
        List<LayerVariance> start = new ArrayList<>();
        List<EpochResult> epochs = new ArrayList<>();
        Outcome outcome = Outcome.FINISHED;
        String note = "";
        try {
            Model model = started();
            Trainee network = Trainee.of(model);
            start.addAll(variances(network));
            epochs.add(measure(network, 0));
            while (epochs.size() <= plan.epochs() && finite(epochs)) {
                trainEpoch(network, epochs.size());
                epochs.add(measure(network, epochs.size()));
                afterEpoch.run();
            }
            if (!finite(epochs)) {
                outcome = Outcome.DIVERGED;
                note = "the loss was not finite after epoch " + (epochs.size() - 1);
            }
        } catch (RuntimeException e) {
            outcome = Outcome.FAILED;
            note = e.toString();
        }
        return new RunResult(run.network().name(), run.scheme().name(), run.seed(), outcome, note, start, epochs);
    }

    private static boolean finite(List<EpochResult> epochs) {
        EpochResult last = epochs.get(epochs.size() - 1);
        return Double.isFinite(last.trainLoss()) && Double.isFinite(last.testLoss());
    }

    private Model started() {
        InitialState start = run.scheme().start();
        Model model = built(run.network());
        if (run.network().graph() && model instanceof MultiLayerNetwork chain) {
            model = asGraph(chain);
        }
        if (start instanceof InitialState.FirstBatch first) {
            int examples = first.examples() == 0 ? plan.batch() : first.examples();
            first.initializer().initialize(model, rows(train, order(1), 0, examples));
        } else if (start instanceof InitialState.Fused) {
            fuse(model);
        }
        return model;
    }

    private Model built(NetworkSpec network) {
        return network.architecture()
                .build(
                        network,
                        data,
                        Architecture.Settings.of(
                                run.seed(),
                                plan.rule().updater(plan.learningRate()),
                                run.scheme().start()));
    }

    private void fuse(Model model) {
        NetworkSpec spec = run.network();
        if (spec.architecture() != Architecture.MLP) {
            throw new IllegalArgumentException("a trained network's layers are fused in MLPs only, not in a "
                    + spec.title() + ": choose another scheme");
        }
        Model larger = built(new NetworkSpec(spec.architecture(), spec.depth() + 1, spec.width(), spec.activation()));
        for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
            trainEpoch(Trainee.of(larger), epoch);
        }
        LayerFusion.of(larger, "layer" + (spec.depth() - 1), "layer" + spec.depth())
                .initialize(model, rows(train, order(1), 0, plan.batch()));
    }

    /** DL4J's conversion forgets the seed, from which initializers draw. */
    private ComputationGraph asGraph(MultiLayerNetwork chain) {
        ComputationGraph graph = chain.toComputationGraph();
        graph.getConfiguration().getDefaultConfiguration().setSeed(run.seed());
        return graph;
    }

    private List<LayerVariance> variances(Trainee network) {
        List<LayerVariance> variances = new ArrayList<>();
        network.hidden(Rows.first(train, PROBE).getFeatures())
                .forEach((name, output) ->
                        variances.add(new LayerVariance(name, output.varNumber().doubleValue())));
        return variances;
    }

    private void trainEpoch(Trainee network, int epoch) {
        int[] order = order(epoch);
        for (int first = 0; first < order.length; first += plan.batch()) {
            network.fit(rows(train, order, first, plan.batch()));
        }
    }

    /** The training examples in the order of an epoch: the same for every scheme and network of this seed. */
    private int[] order(int epoch) {
        int[] order = new int[train.numExamples()];
        SplittableRandom random = new SplittableRandom(31 * run.seed() + epoch);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static DataSet rows(DataSet from, int[] order, int first, int count) {
        return Rows.take(from, Arrays.copyOfRange(order, first, Math.min(first + count, order.length)));
    }

    private EpochResult measure(Trainee network, int epoch) {
        Measured onTest = measured(network, test);
        return new EpochResult(epoch, measured(network, trainSample).loss(), onTest.loss(), onTest.accuracy());
    }

    private static Measured measured(Trainee network, DataSet part) {
        return Measured.of(network.output(part.getFeatures()), part.getLabels());
    }
}
