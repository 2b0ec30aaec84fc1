package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.compare.InitialState;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.study.DenseNetwork;
import io.github.dl4jinit.examples.study.LossWatch;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import io.github.dl4jinit.ntk.KernelRegression;
import io.github.dl4jinit.ntk.KernelRegression.Loss;
import io.github.dl4jinit.ntk.KernelSpectrum;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The kernel of one network at its start, and what becomes of the network in two trainings from there: at a rate that all starts share, and
 * at half of the largest one that the start's own kernel says to be stable.
 *
 * @param title what tables call the task
 * @param data the task, in double precision
 * @param activation of the hidden layers
 * @param target the training loss whose time is taken
 * @param width of the hidden layers
 * @param probe examples of the kernel
 * @param epochs passes over the training data
 */
record KernelExperiment(
        String title, LabelledData data, Activation activation, double target, int width, int probe, int epochs) {

    static final int HIDDEN = 3;
    static final int BATCH = 50;
    static final double SHARED_RATE = 3e-3;

    /** Part of the largest stable rate. */
    static final double OWN_PART = 0.5;

    /** Updates between two looks at the training loss. */
    static final int LOOK = 20;

    /** Training examples that the loss is taken on. */
    static final int LOOKED_AT = 500;

    private static final List<String> OF_START =
            List.of("largest", "effective_rank", "rank", "condition", "alignment", "start_loss", "stable_rate");
    private static final List<String> OF_TRAINING =
            List.of("foretold", "loss", "updates", "accuracy", "drift_early", "drift", "distance");

    /** Names of the numbers that {@link #run} gives. */
    static final List<String> COLUMNS = Stream.of(
                    OF_START.stream(),
                    OF_TRAINING.stream().map(name -> "shared_" + name),
                    OF_TRAINING.stream().map(name -> "own_" + name))
            .flatMap(names -> names)
            .toList();

    double[] run(Scheme scheme, long seed) {
        MultiLayerNetwork network = start(scheme, seed);
        DataSet examples = first(probe);
        INDArray x = examples.getFeatures();
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        KernelSpectrum spectrum = KernelSpectrum.of(kernel);
        // DL4J's L2 has the factor 2 / n: 2 / (2 / n lambda).
        double stable = probe
                / KernelSpectrum.of(EmpiricalNtk.of(network).fullKernel(x, x)).largest();
        KernelRegression theory = KernelRegression.of(kernel, network.output(x), examples.getLabels(), Loss.L2);
        double[] ofStart = {
            spectrum.largest(),
            spectrum.effectiveRank(),
            spectrum.rank(),
            spectrum.condition(),
            centredAlignment(kernel, examples.getLabels()),
            loss(network, first(LOOKED_AT)),
            stable
        };
        return Stream.of(SHARED_RATE, OWN_PART * stable)
                .map(rate -> DoubleStream.concat(
                        DoubleStream.of(predicted(theory, examples.getLabels(), rate, stable)),
                        DoubleStream.of(train(network, kernel, x, rate))))
                .reduce(DoubleStream.of(ofStart), DoubleStream::concat)
                .toArray();
    }

    /** A network before its training. */
    MultiLayerNetwork start(Scheme scheme, long seed) {
        InitialState start = scheme.start();
        NeuralNetConfiguration.Builder shared = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(SHARED_RATE))
                .activation(activation);
        OutputLayer.Builder output = DenseNetwork.linear(LossFunction.L2);
        if (start instanceof InitialState.Weights weights) {
            shared.weightInit(weights.of().apply(activation.getActivationFunction()));
            output.weightInit(weights.of().apply(new ActivationIdentity()));
        }
        MultiLayerNetwork network =
                DenseNetwork.of(shared, data.inputs()).hidden(HIDDEN, width).output(output, data.classes());
        if (start instanceof InitialState.FirstBatch first) {
            first.initializer().initialize(network, Rows.first(data.train(), BATCH));
        }
        return network;
    }

    /** With what all examples share taken out; 0 if nothing is left then. */
    private static double centredAlignment(INDArray kernel, INDArray labels) {
        INDArray centred = kernel.dup();
        centred.subiRowVector(centred.mean(0));
        centred.subiColumnVector(centred.mean(1));
        double left = centred.norm2Number().doubleValue();
        return left <= 1e-12 * kernel.norm2Number().doubleValue()
                ? 0
                : KernelDrift.alignment(centred, labels.subRowVector(labels.mean(0)));
    }

    /** The loss on the probe after the whole training, as the kernel of the start has it. */
    private double predicted(KernelRegression theory, INDArray labels, double rate, double stable) {
        if (rate >= stable) {
            return Double.POSITIVE_INFINITY;
        }
        double updates = (double) epochs * data.train().numExamples() / BATCH;
        return LossWatch.squares(theory.trainingOutputs(rate * updates), labels);
    }

    private DataSet first(int examples) {
        return data.limited(examples, 1).train();
    }

    private static double loss(MultiLayerNetwork network, DataSet examples) {
        return LossWatch.squares(network.output(examples.getFeatures()), examples.getLabels());
    }

    private double[] train(MultiLayerNetwork beginning, INDArray kernel, INDArray x, double rate) {
        MultiLayerNetwork network = beginning.clone();
        network.setLearningRate(rate);
        List<DataSet> batches = Rows.batches(data.train(), BATCH);
        DataSet looked = first(LOOKED_AT);
        LossWatch watch = new LossWatch(loss(network, looked), target);
        double early = 0;
        int updates = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (DataSet batch : batches) {
                network.fit(batch);
                if (++updates % LOOK == 0 && !watch.goesOn(loss(network, looked), updates)) {
                    return lost();
                }
            }
            if (epoch == 0) {
                early = KernelDrift.relativeChange(
                        kernel, EmpiricalNtk.of(network).kernel(x, x));
            }
        }
        INDArray last = EmpiricalNtk.of(network).kernel(x, x);
        return new double[] {
            watch.loss(),
            watch.reached(),
            LossWatch.accuracy(
                    network.output(data.test().getFeatures()), data.test().getLabels()),
            early,
            KernelDrift.relativeChange(kernel, last),
            KernelDrift.distance(kernel, last)
        };
    }

    private static double[] lost() {
        double infinite = Double.POSITIVE_INFINITY;
        return new double[] {infinite, infinite, -infinite, infinite, infinite, infinite};
    }
}
