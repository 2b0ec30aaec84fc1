package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.network.Samples;
import org.deeplearning4j.nn.api.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A layer run by DL4J's own code both ways: one small backward pass for each row of derivatives. */
final class Dl4jPassage extends LayerPassage {

    Dl4jPassage(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
    }

    @Override
    @Nullable
    INDArray back(Sensitivities sensitivities) {
        if (!step().trains()) {
            return ownBack(sensitivities);
        }
        Layer layer = node().layer();
        INDArray gradients = layer.getGradientsViewArray();
        INDArray rows = Nd4j.create(gradients.dataType(), sensitivities.rows(), gradients.length());
        INDArray epsilon = ownBack(sensitivities);
        for (int i = 0; i < examples(); i++) {
            INDArray example = Samples.example(input(), i);
            step().activate(example);
            for (int k = 0; k < sensitivities.outputs(); k++) {
                long row = i * (long) sensitivities.outputs() + k;
                gradients.assign(0);
                ownBack(example, Samples.example(sensitivities.epsilon(), row));
                rows.putRow(row, gradients.reshape(gradients.length()));
            }
        }
        for (INDArray other : node().untrained()) {
            clear(rows, other, layer.params());
        }
        sensitivities.sink().accept(new LayerFactors.Rows(node().view().name(), rows));
        return epsilon;
    }

    private static void clear(INDArray rows, INDArray parameter, INDArray all) {
        long from = parameter.offset() - all.offset();
        rows.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + parameter.length()))
                .assign(0);
    }
}
