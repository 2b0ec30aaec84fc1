package io.github.dl4jinit.examples.study.glorot;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.examples.study.DenseNetwork;
import io.github.dl4jinit.listener.ProbeListener;
import io.github.dl4jinit.listener.ProbeListener.Schedule;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A network of Glorot and Bengio's table for Shapeset-3x2.
 *
 * @param title as the paper names it, N for the normalized start
 * @param activation of the hidden layers
 * @param normalized whether weights are drawn by equation 16, else by equation 1
 * @param depth hidden layers
 * @param rate learning rate
 * @param published the paper's test error in per cent after 5 million updates, or "" if its table has none
 */
record ShapesetNetwork(
        String title, Activation activation, boolean normalized, int depth, double rate, String published) {

    /** Images of a minibatch. */
    static final int BATCH = 10;

    private static final int PIXELS = 1024;
    private static final int CLASSES = 9;
    private static final int PROBED = 300;
    private static final int TEST = 1000;
    private static final long TEST_FROM = 1_000_000_000L;
    private static final Probe PROBE = new Probe(true, 0, 1);

    /**
     * How a training went.
     *
     * @param error test error in per cent
     * @param loss test loss
     * @param reports what the layers did on test images: at the start, at even distances, and at the end
     */
    record Outcome(double error, double loss, List<ProbeReport> reports) {}

    MultiLayerNetwork build(int width, long seed) {
        return DenseNetwork.of(
                        new NeuralNetConfiguration.Builder()
                                .seed(seed)
                                .updater(new Sgd(rate))
                                .weightInit(
                                        normalized
                                                ? VarianceScaling.glorotUniform()
                                                : VarianceScaling.standardUniform())
                                .activation(activation),
                        PIXELS)
                .hidden(depth, width)
                .output(DenseNetwork.softmax(), CLASSES);
    }

    /** Trains on images that come once each, and looks at the network every {@code step} updates. */
    Outcome train(int width, int updates, int step, long seed) {
        MultiLayerNetwork network = build(width, seed);
        DataSet probed = probed(seed);
        ProbeListener listener = ProbeListener.onBatch(PROBE, Schedule.every(step), probed.toMultiDataSet());
        network.setListeners(listener);
        network.fit(new Shapeset(seed).iterator(BATCH, updates));
        List<ProbeReport> reports = new ArrayList<>(listener.reports());
        reports.add(PROBE.measure(network, probed.toMultiDataSet(), updates));
        DataSet test = new Shapeset(seed).images(TEST_FROM, TEST);
        double right =
                network.evaluate(new ListDataSetIterator<>(test.asList(), 100)).accuracy();
        return new Outcome(100 * (1 - right), network.score(test), reports);
    }

    /** Test images that networks are looked at with. */
    static DataSet probed(long seed) {
        return new Shapeset(seed).images(TEST_FROM, PROBED);
    }
}
