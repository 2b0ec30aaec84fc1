package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.network.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A layer with the preprocessor before it. */
public final class LayerStep implements Step {

    /** They keep nothing of the forward pass that the backward pass needs, apart from their input. */
    private static final Set<Class<?>> WITHOUT_MEMORY = Set.of(
            DenseLayer.class,
            OutputLayer.class,
            RnnOutputLayer.class,
            ConvolutionLayer.class,
            Convolution2D.class,
            SubsamplingLayer.class,
            ActivationLayer.class,
            LSTM.class,
            SimpleRnn.class);

    private final LayerNode node;
    private final @Nullable InputPreProcessor adapter;
    private final boolean frozen;

    /** DL4J propagates nothing through a FrozenLayer. */
    private final boolean stops;

    /** From the forward pass to the backward pass. */
    private @Nullable PlainConvolution kept;

    public LayerStep(LayerNode node, @Nullable InputPreProcessor adapter, boolean frozen, boolean stops) {
        this.node = node;
        this.adapter = adapter;
        this.frozen = frozen;
        this.stops = stops;
        if (activation() instanceof ActivationRReLU) {
            throw new IllegalArgumentException(where()
                    + ": the backward pass of RReLU has the random slopes of training and not those of inference;"
                    + " use a leaky ReLU");
        }
    }

    @Override
    public String where() {
        return node.view().where();
    }

    private @Nullable IActivation activation() {
        return node.configuration() instanceof BaseLayer base ? base.getActivationFn() : null;
    }

    private INDArray adapt(INDArray signal, int examples) {
        return adapter == null ? signal : adapter.preProcess(signal, examples, StepMemory.current());
    }

    @Override
    public INDArray forward(INDArray[] inputs, int examples, boolean back) {
        INDArray input = adapt(inputs[0], examples);
        if (!PlainConvolution.fits(node)) {
            return activate(input);
        }
        PlainConvolution convolution = new PlainConvolution(node, input);
        kept = back ? convolution : null;
        return convolution.forward();
    }

    private INDArray activate(INDArray input) {
        LayerWorkspaceMgr memory = StepMemory.current();
        node.layer().setInput(node.mayOverwriteInput() ? input.dup() : input, memory);
        return node.layer().activate(false, memory);
    }

    @Override
    public boolean trains() {
        return node.hasParameters() && !frozen;
    }

    @Override
    public boolean stops() {
        return stops;
    }

    @Override
    public @Nullable String obstacle(INDArray[] inputs) {
        INDArray input = adapt(inputs[0], 1);
        boolean perExample = input.size(0) == 1;
        boolean stepByStep = adapter instanceof RnnToFeedForwardPreProcessor
                && node.configuration().getClass() == DenseLayer.class
                && node.layer() == node.inside();
        return !trains() || perExample || stepByStep
                ? null
                : where() + " sees " + input.size(0)
                        + " rows for one example, and how they belong together is not known";
    }

    @Override
    public @Nullable INDArray[] backward(Backward pass) {
        boolean factored = pass.factored() && trains();
        INDArray input = adapt(pass.input(0), pass.examples());
        INDArray epsilon;
        if (node.configuration() instanceof BatchNormalization) {
            epsilon = new BatchNormalizationStep(node, input).backward(pass, trains());
        } else if (pass.factored() && PlainDense.fits(node, input, pass.examples())) {
            epsilon = new PlainDense(node, input).backward(pass, factored);
        } else if (pass.factored() && PlainConvolution.fits(node)) {
            epsilon = Objects.requireNonNull(kept).backward(pass, factored);
            kept = null;
        } else if (pass.factored() && PlainPooling.fits(node, input)) {
            epsilon = new PlainPooling(node, input).backward(pass);
        } else {
            epsilon = factored ? factored(input, pass) : plain(adapt(pass.repeated(0), pass.rows()), pass);
        }
        if (epsilon == null || adapter == null) {
            return new @Nullable INDArray[] {epsilon};
        }
        return new @Nullable INDArray[] {adapter.backprop(epsilon, pass.rows(), StepMemory.current())};
    }

    /** DL4J's own backward pass. */
    private @Nullable INDArray plain(INDArray input, Backward pass) {
        LayerWorkspaceMgr memory = StepMemory.current();
        Layer layer = node.layer();
        if (pass.copies() > 1 && !isWithoutMemory()) {
            activate(input);
        }
        layer.setInput(input, memory);
        if (node.inside() instanceof IOutputLayer output) {
            output.setLabels(pass.epsilon());
            return layer.backpropGradient(null, memory).getSecond();
        }
        return layer.backpropGradient(pass.epsilon(), memory).getSecond();
    }

    private boolean isWithoutMemory() {
        return node.layer() == node.inside()
                && WITHOUT_MEMORY.contains(node.configuration().getClass());
    }

    private @Nullable INDArray factored(INDArray input, Backward pass) {
        FactorKind kind = FactorKind.of(node);
        if (kind == FactorKind.NONE) {
            return oneByOne(input, pass);
        }
        BaseLayer configuration = (BaseLayer) node.configuration();
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
            epsilon = plain(adapt(pass.repeated(0), pass.rows()), pass);
        } finally {
            configuration.setActivationFn(activation);
            if (configuration instanceof LSTM lstm && gate != null) {
                lstm.setGateActivationFn(gate);
            }
        }
        pass.emit(kind.factors(node, input, pass, cells, gates));
        return epsilon;
    }

    /** A layer of any other kind: a small backward pass of its own for each row. */
    private @Nullable INDArray oneByOne(INDArray input, Backward pass) {
        Layer layer = node.layer();
        INDArray gradients = layer.getGradientsViewArray();
        INDArray rows = Nd4j.create(gradients.dataType(), pass.rows(), gradients.length());
        INDArray epsilon = plain(adapt(pass.repeated(0), pass.rows()), pass);
        for (int i = 0; i < pass.examples(); i++) {
            INDArray example = Samples.example(input, i);
            activate(example);
            for (int k = 0; k < pass.copies(); k++) {
                gradients.assign(0);
                Backward one = new Backward(
                        new INDArray[] {example},
                        Samples.example(pass.epsilon(), i * (long) pass.copies() + k),
                        1,
                        1,
                        false,
                        null);
                plain(example, one);
                rows.putRow(i * (long) pass.copies() + k, gradients.reshape(gradients.length()));
            }
        }
        for (INDArray other : node.unlearned()) {
            clear(rows, other, layer.params());
        }
        pass.emit(new LayerFactors.Rows(node.view().name(), rows));
        return epsilon;
    }

    private static void clear(INDArray rows, INDArray parameter, INDArray all) {
        long from = parameter.offset() - all.offset();
        rows.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + parameter.length()))
                .assign(0);
    }
}
