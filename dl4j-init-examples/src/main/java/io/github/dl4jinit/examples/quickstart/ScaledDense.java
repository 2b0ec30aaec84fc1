package io.github.dl4jinit.examples.quickstart;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** An own layer, f(x K / sqrt(nIn) + offset), as in theory of wide networks: written with what Deeplearning4j offers, and nothing else. */
public final class ScaledDense extends FeedForwardLayer {

    private static final long serialVersionUID = 1L;

    ScaledDense(int units) {
        setNOut(units);
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray view,
            boolean initialize,
            DataType type) {
        Computation layer = new Computation(conf, type);
        layer.setIndex(index);
        layer.setParamsViewArray(view);
        layer.setParamTable(initializer().init(conf, view, initialize));
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new Parameters();
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType input) {
        throw new UnsupportedOperationException("the memory of this layer is not estimated");
    }

    /** The arrays "kernel" and "offset", one after the other. */
    private static final class Parameters implements ParamInitializer {

        @Override
        public long numParams(NeuralNetConfiguration conf) {
            return numParams(conf.getLayer());
        }

        @Override
        public long numParams(Layer layer) {
            ScaledDense dense = (ScaledDense) layer;
            return (dense.getNIn() + 1) * dense.getNOut();
        }

        @Override
        public List<String> paramKeys(Layer layer) {
            return List.of("kernel", "offset");
        }

        @Override
        public List<String> weightKeys(Layer layer) {
            return List.of("kernel");
        }

        @Override
        public List<String> biasKeys(Layer layer) {
            return List.of("offset");
        }

        @Override
        public boolean isWeightParam(Layer layer, String key) {
            return key.equals("kernel");
        }

        @Override
        public boolean isBiasParam(Layer layer, String key) {
            return key.equals("offset");
        }

        @Override
        public Map<String, INDArray> init(NeuralNetConfiguration conf, INDArray view, boolean initialize) {
            ScaledDense dense = (ScaledDense) conf.getLayer();
            Map<String, INDArray> arrays = getGradientsFromFlattened(conf, view);
            arrays.keySet().forEach(conf::addVariable);
            if (initialize) {
                long[] shape = {dense.getNIn(), dense.getNOut()};
                dense.getWeightInitFn().init((double) shape[0], (double) shape[1], shape, 'f', arrays.get("kernel"));
                Objects.requireNonNull(arrays.get("offset")).assign(0);
            }
            return arrays;
        }

        @Override
        public Map<String, INDArray> getGradientsFromFlattened(NeuralNetConfiguration conf, INDArray view) {
            ScaledDense dense = (ScaledDense) conf.getLayer();
            long weights = dense.getNIn() * dense.getNOut();
            INDArray flat = view.reshape(view.length());
            Map<String, INDArray> arrays = new LinkedHashMap<>();
            arrays.put(
                    "kernel",
                    flat.get(NDArrayIndex.interval(0, weights)).reshape('f', dense.getNIn(), dense.getNOut()));
            arrays.put(
                    "offset",
                    flat.get(NDArrayIndex.interval(weights, view.length())).reshape(1, dense.getNOut()));
            return arrays;
        }
    }

    /** What Deeplearning4j runs. */
    private static final class Computation extends BaseLayer<ScaledDense> {

        Computation(NeuralNetConfiguration conf, DataType type) {
            super(conf, type);
        }

        private double factor() {
            return 1 / Math.sqrt((double) layerConf().getNIn());
        }

        private INDArray response() {
            return input.mmul(getParam("kernel")).muli(factor()).addiRowVector(getParam("offset"));
        }

        @Override
        public INDArray preOutput(boolean training, LayerWorkspaceMgr memory) {
            return memory.leverageTo(ArrayType.ACTIVATIONS, response());
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
            INDArray delta =
                    layerConf().getActivationFn().backprop(response(), epsilon).getFirst();
            INDArray kernel = Objects.requireNonNull(gradientViews.get("kernel"))
                    .assign(input.transpose().mmul(delta).muli(factor()));
            INDArray offset =
                    Objects.requireNonNull(gradientViews.get("offset")).assign(delta.sum(true, 0));
            Gradient gradient = new DefaultGradient();
            gradient.setGradientFor("kernel", kernel);
            gradient.setGradientFor("offset", offset);
            INDArray back = delta.mmul(getParam("kernel").transpose()).muli(factor());
            return new Pair<>(gradient, memory.leverageTo(ArrayType.ACTIVATION_GRAD, back));
        }

        @Override
        public boolean isPretrainLayer() {
            return false;
        }
    }
}
