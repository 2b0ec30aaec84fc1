package io.github.dl4jinit.internal.split;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Takes back what an update did to the output layer: to its parameters and to its part of the updater's state. It is the
 * first of the listeners, so that the others see the network as it goes on.
 *
 * <p>An updater keeps the state of a whole block of parameters, often of the whole network, as one array per kind of state
 * (Adam: the first moments of all, then the second moments of all); the output layer's part is a slice of each.
 */
public final class OutputGuard extends BaseTrainingListener {

    private record Kept(INDArray live, INDArray before) {}

    private final List<Kept> kept = new ArrayList<>();

    private OutputGuard() {}

    public static OutputGuard of(Layer output, BaseMultiLayerUpdater<?> updater) {
        OutputGuard guard = new OutputGuard();
        Map<String, INDArray> parameters = output.paramTable();
        parameters.values().forEach(guard::keep);
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            for (ParamState part : block.getLayersAndVariablesInBlock()) {
                if (parameters.get(part.getParamName())
                        == part.getLayer().paramTable(false).get(part.getParamName())) {
                    guard.keepState(block, part);
                }
            }
        }
        return guard;
    }

    private void keepState(UpdaterBlock block, ParamState part) {
        int start = part.getParamOffsetStart() - block.getParamOffsetStart();
        int end = part.getParamOffsetEnd() - block.getParamOffsetStart();
        int length = block.getParamOffsetEnd() - block.getParamOffsetStart();
        for (Object state : block.getGradientUpdater().getState().values()) {
            keep(((INDArray) state).reshape(length).get(NDArrayIndex.interval(start, end)));
        }
    }

    private void keep(INDArray live) {
        kept.add(new Kept(live, live.dup()));
    }

    public void restore() {
        kept.forEach(entry -> entry.live().assign(entry.before()));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        restore();
    }
}
