package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.network.LayerFacts.Derivative;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A layer whose derivative is a product. DL4J's own backward pass runs once for all sensitivities, and taps in the place of its activation
 * functions show what flows back to each pre-activation.
 */
final class TappedProduct extends LayerPassage {

    TappedProduct(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
    }

    /** Falls back to row by row where the layer's derivative is no product after all. */
    static LayerPassage of(LayerStep step, Given given) {
        return step.derivative() == Derivative.ROW_BY_ROW
                ? new Dl4jPassage(step, given)
                : new TappedProduct(step, given);
    }

    @Override
    @Nullable
    INDArray back(Sensitivities sensitivities) {
        if (!step().trains()) {
            return ownBack(sensitivities);
        }
        BaseLayer configuration = (BaseLayer) node().configuration();
        IActivation activation = configuration.getActivationFn();
        List<INDArray> cells = new ArrayList<>();
        List<INDArray> gates = new ArrayList<>();
        configuration.setActivationFn(new GradientTap(activation, delta -> cells.add(delta.dup())));
        IActivation gate = configuration instanceof LSTM lstm ? lstm.getGateActivationFn() : null;
        if (configuration instanceof LSTM lstm) {
            lstm.setGateActivationFn(new GradientTap(lstm.getGateActivationFn(), delta -> gates.add(delta.dup())));
        }
        INDArray epsilon;
        try {
            epsilon = ownBack(sensitivities);
        } finally {
            configuration.setActivationFn(activation);
            if (configuration instanceof LSTM lstm && gate != null) {
                lstm.setGateActivationFn(gate);
            }
        }
        INDArray inputs = inputs();
        INDArray deltas = deltas(sensitivities.rows(), cells, gates);
        boolean bias = node().inside().paramTable().containsKey("b");
        sensitivities.sink().accept(new LayerFactors.Outer(node().view().name(), inputs, deltas, bias));
        return epsilon;
    }

    /** What the map gets: [n, in, positions]. */
    private INDArray inputs() {
        return switch (step().derivative()) {
            case STEPS -> steps();
            case PATCHES -> patches();
            case RECURRENT, GATED -> withPast();
            case ROW_BY_ROW -> throw new AssertionError(step().where());
        };
    }

    /**
     * The derivatives with respect to what the map gives: [rows, out, positions].
     *
     * @param cells what flowed back through the activation function, in the order of DL4J's calls
     * @param gates what flowed back through the gates' activation function
     */
    private INDArray deltas(int rows, List<INDArray> cells, List<INDArray> gates) {
        return switch (step().derivative()) {
            case STEPS -> byRow(cells.get(0), rows);
            case PATCHES -> patchDeltas(cells.get(0));
            case RECURRENT -> recurrentDeltas(cells);
            case GATED -> gatedDeltas(cells, gates);
            case ROW_BY_ROW -> throw new AssertionError(step().where());
        };
    }

    /** From rows step by step, or from series, whose time may lie last. */
    private INDArray steps() {
        if (input().rank() == 3) {
            boolean channelsLast = node().configuration() instanceof RnnOutputLayer output
                    && output.getRnnDataFormat() == RNNFormat.NWC;
            return channelsLast ? input().permute(0, 2, 1) : input();
        }
        return byRow(input(), examples());
    }

    /** Of rows step by step. */
    private static INDArray byRow(INDArray steps, int rows) {
        return steps.dup('c')
                .reshape('c', steps.size(0) / rows, rows, steps.size(1))
                .permute(1, 2, 0);
    }

    private INDArray patches() {
        ConvolutionLayer configuration = (ConvolutionLayer) node().configuration();
        INDArray images = configuration.getCnn2dDataFormat() == CNN2DFormat.NHWC
                ? input().permute(0, 3, 1, 2).dup()
                : input();
        return new Patches(configuration, node().inside().getParam("W"), images).of(images);
    }

    private static INDArray patchDeltas(INDArray deltas) {
        return deltas.reshape('c', deltas.size(0), deltas.size(1), deltas.size(2) * deltas.size(3));
    }

    /** The input above the output of the step before: [n, in + units, steps]. */
    private INDArray withPast() {
        Layer layer = node().inside();
        INDArray input = input();
        boolean channelsLast = ((BaseRecurrentLayer) node().configuration()).getRnnDataFormat() == RNNFormat.NWC;
        LayerWorkspaceMgr memory = StepMemory.current();
        layer.setInput(input, memory);
        INDArray output = layer.activate(false, memory);
        INDArray now = channelsLast ? input.permute(0, 2, 1) : input;
        INDArray given = (channelsLast ? output.permute(0, 2, 1) : output).dup('c');
        long steps = now.size(2);
        INDArray past = Nd4j.create(given.dataType(), given.shape());
        if (steps > 1) {
            past.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(1, steps))
                    .assign(given.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, steps - 1)));
        }
        return Nd4j.concat(1, now.dup('c'), past);
    }

    /** DL4J calls for the last step first. */
    private static INDArray recurrentDeltas(List<INDArray> cells) {
        INDArray first = cells.get(0);
        INDArray deltas = Nd4j.create(first.dataType(), first.size(0), first.size(1), cells.size());
        for (int call = 0; call < cells.size(); call++) {
            put(deltas, 0, cells.size() - 1 - call, cells.get(call));
        }
        return deltas;
    }

    /**
     * For each step, the last one first, DL4J calls the gates' function for the output, forget and modulation gates, without forget gate
     * at the first step, which has no past; and the layer's for the memory cell and for the input.
     */
    private static INDArray gatedDeltas(List<INDArray> cells, List<INDArray> gates) {
        INDArray first = cells.get(0);
        long units = first.size(1);
        int steps = cells.size() / 2;
        INDArray deltas = Nd4j.create(first.dataType(), first.size(0), 4 * units, steps);
        int gate = 0;
        for (int step = steps - 1; step >= 0; step--) {
            put(deltas, 0, step, cells.get(2 * (steps - 1 - step) + 1));
            put(deltas, 2 * units, step, gates.get(gate++));
            if (step > 0) {
                put(deltas, units, step, gates.get(gate++));
            }
            put(deltas, 3 * units, step, gates.get(gate++));
        }
        return deltas;
    }

    private static void put(INDArray deltas, long from, int step, INDArray values) {
        deltas.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + values.size(1)), NDArrayIndex.point(step))
                .assign(values);
    }
}
