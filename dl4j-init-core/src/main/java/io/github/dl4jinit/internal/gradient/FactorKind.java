package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How a layer's input, and what flows back through its activation functions, make the factors of its derivative. */
public enum FactorKind {
    /** A dense map at each of several time steps. */
    STEPWISE,
    /** A dense map of each patch. */
    PATCHES,
    /** A dense map of the input and of the previous output at each time step. */
    RECURRENT,
    /** The same with four gates. */
    GATED,
    /** No product is known. */
    NONE;

    private static final Map<Class<?>, FactorKind> KINDS = Map.of(
            DenseLayer.class, STEPWISE,
            RnnOutputLayer.class, STEPWISE,
            ConvolutionLayer.class, PATCHES,
            Convolution2D.class, PATCHES,
            SimpleRnn.class, RECURRENT,
            LSTM.class, GATED);

    public static FactorKind of(LayerNode node) {
        FactorKind kind = KINDS.getOrDefault(node.configuration().getClass(), NONE);
        boolean recurrent = kind == RECURRENT || kind == GATED;
        boolean known = node.layer() == node.inside()
                || (recurrent
                        && node.layer() instanceof LastTimeStepLayer last
                        && last.getUnderlying() == node.inside());
        return known && !node.inside().paramTable().containsKey("g") ? kind : NONE;
    }

    /**
     * @param input of the layer, one for each example
     * @param cells what flowed back through the activation function, in the order of DL4J's calls
     * @param gates what flowed back through the gates' activation function
     */
    public LayerFactors factors(
            LayerNode node, INDArray input, Backward pass, List<INDArray> cells, List<INDArray> gates) {
        INDArray inputs =
                switch (this) {
                    case STEPWISE -> steps(node, input, pass.examples());
                    case PATCHES -> patches(node, input);
                    case RECURRENT, GATED -> withPast(node, input);
                    case NONE -> throw new AssertionError(node.view().where());
                };
        INDArray deltas =
                switch (this) {
                    case STEPWISE -> byRow(cells.get(0), pass.rows());
                    case PATCHES -> patchDeltas(cells.get(0));
                    case RECURRENT -> recurrentDeltas(cells);
                    case GATED -> gatedDeltas(cells, gates);
                    case NONE -> throw new AssertionError(node.view().where());
                };
        return new LayerFactors.Outer(
                node.view().name(), inputs, deltas, node.inside().paramTable().containsKey("b"));
    }

    /** To [n, in, steps], from that, its time last, or rows step by step. */
    private static INDArray steps(LayerNode node, INDArray input, int examples) {
        if (input.rank() == 3) {
            boolean channelsLast =
                    node.configuration() instanceof RnnOutputLayer output && output.getRnnDataFormat() == RNNFormat.NWC;
            return channelsLast ? input.permute(0, 2, 1) : input;
        }
        return byRow(input, examples);
    }

    /** Of rows step by step. */
    private static INDArray byRow(INDArray steps, int rows) {
        return steps.dup('c')
                .reshape('c', steps.size(0) / rows, rows, steps.size(1))
                .permute(1, 2, 0);
    }

    private static INDArray patches(LayerNode node, INDArray layerInput) {
        ConvolutionLayer configuration = (ConvolutionLayer) node.configuration();
        INDArray input = configuration.getCnn2dDataFormat() == CNN2DFormat.NHWC
                ? layerInput.permute(0, 3, 1, 2).dup()
                : layerInput;
        return new Patches(configuration, node.inside().getParam("W"), input).of(input);
    }

    private static INDArray patchDeltas(INDArray deltas) {
        return deltas.reshape('c', deltas.size(0), deltas.size(1), deltas.size(2) * deltas.size(3));
    }

    /** The input above the output of the step before: [n, in + units, steps]. */
    private static INDArray withPast(LayerNode node, INDArray input) {
        Layer layer = node.inside();
        boolean channelsLast = ((BaseRecurrentLayer) node.configuration()).getRnnDataFormat() == RNNFormat.NWC;
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
