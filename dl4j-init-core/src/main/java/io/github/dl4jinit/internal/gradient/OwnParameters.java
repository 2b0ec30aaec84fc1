package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.Buffers;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The parameters that a function of parameters needs: some, and each layer its own. */
public final class OwnParameters {

    private OwnParameters() {}

    /**
     * The parameters of a model. DL4J gives each layer a view of its own into them; a user who puts one array into two layers shares weights.
     *
     * @return live
     * @throws IllegalArgumentException if there are none, or if layers share them
     */
    public static INDArray of(Model model) {
        INDArray all = model.params();
        if (all == null || all.isEmpty()) {
            throw new IllegalArgumentException(
                    "the network has no parameters, so that it has no derivatives with respect to them and no kernel:"
                            + " give it a layer with weights, or call init() on it if it has one");
        }
        Map<Long, String> byOffset = new TreeMap<>();
        for (Map.Entry<String, INDArray> entry : model.paramTable().entrySet()) {
            INDArray own = entry.getValue();
            if (!Buffers.sameMemory(own, all)) {
                throw new IllegalArgumentException(
                        "parameter '" + entry.getKey() + "' does not lie in the network's own parameters:"
                                + " it was replaced, or is shared. Give each layer its own array, with setParam or assign");
            }
            String other = byOffset.put(own.offset(), entry.getKey());
            if (other != null) {
                throw new IllegalArgumentException("parameters '" + other + "' and '" + entry.getKey()
                        + "' share their memory: give each layer its own array, with setParam or assign");
            }
        }
        return all;
    }
}
