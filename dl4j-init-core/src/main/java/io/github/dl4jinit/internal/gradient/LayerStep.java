package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.gradient.LayerPassage.Given;
import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.network.LayerFacts.Derivative;
import java.util.Optional;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.layers.recurrent.TimeDistributedLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer of a copied network, with the preprocessor before it, and the rule by which it is run forward and backward. */
final class LayerStep {

    /** Makes the passage of a forward pass. */
    @FunctionalInterface
    private interface Rule {
        LayerPassage forward(LayerStep step, Given given);
    }

    private final LayerNode node;
    private final Recording.Way way;
    private final Rule rule;

    LayerStep(LayerNode node, Recording.Way way) {
        this.node = node;
        this.way = way;
        this.rule = rule();
    }

    /** Chosen once, by the class and settings of the layer. */
    private Rule rule() {
        if (node.configuration() instanceof BatchNormalization && !way.batchStatistics()) {
            return NormalizationPassage::new;
        }
        if (isPRelu()) {
            return PReluPassage::new;
        }
        if (!way.factors()) {
            return Dl4jPassage::new;
        }
        if (DirectConvolution.fits(this)) {
            return DirectConvolution::new;
        }
        if (DirectDense.fits(this)) {
            return DirectDense::of;
        }
        if (DirectPooling.fits(this)) {
            return DirectPooling::of;
        }
        return derivative() == Derivative.ROW_BY_ROW ? Dl4jPassage::new : TappedProduct::new;
    }

    private boolean isPRelu() {
        return node.configuration().getClass() == PReLULayer.class && node.isBare();
    }

    /** Whether DL4J's own backward pass of the layer fails where this one does not. */
    boolean corrects() {
        return isPRelu();
    }

    LayerNode node() {
        return node;
    }

    Recording.Way way() {
        return way;
    }

    String where() {
        return node.view().where();
    }

    /** How the layer's derivative factors, wrappers and layer normalization considered. */
    Derivative derivative() {
        Derivative known = node.facts().derivative();
        boolean recurrent = known == Derivative.RECURRENT || known == Derivative.GATED;
        boolean plain = node.isBare() || (recurrent && isLastStep());
        return plain && node.facts().obstacle(node.configuration()).isEmpty() ? known : Derivative.ROW_BY_ROW;
    }

    private boolean isLastStep() {
        return node.layer() instanceof LastTimeStepLayer last && last.getUnderlying() == node.inside();
    }

    /** Whether the layer has parameters that training changes. */
    boolean trains() {
        return node.hasParameters() && !node.isFrozen();
    }

    /** Whether nothing flows back through the layer: DL4J propagates nothing through a FrozenLayer. */
    boolean stops() {
        return node.layer() instanceof FrozenLayer;
    }

    LayerPassage forward(INDArray signal, int examples) {
        INDArray input = node.step().adapt(signal, examples, StepMemory.current());
        return rule.forward(this, new Given(signal, input, examples));
    }

    /** Runs the layer itself on what its preprocessor has made of a signal. */
    INDArray activate(INDArray input) {
        set(input);
        boolean training =
                way.training() && !(node.configuration() instanceof BatchNormalization && !way.batchStatistics());
        return node.layer().activate(training, StepMemory.current());
    }

    /** Sets what a backward pass goes by. A time-distributed layer regroups its input in its forward pass alone. */
    void place(INDArray input) {
        if (node.layer() instanceof TimeDistributedLayer) {
            activate(input);
        } else {
            set(input);
        }
    }

    private void set(INDArray input) {
        node.layer().setInput(node.facts().overwritesInput() ? input.dup() : input, StepMemory.current());
    }

    /** The activation function of the layer, if it has one for all that it computes. */
    @Nullable
    IActivation activation() {
        if (node.configuration() instanceof ActivationLayer layer) {
            return layer.getActivationFn();
        }
        return node.configuration() instanceof BaseLayer base ? base.getActivationFn() : null;
    }

    /** Why DL4J fails on the way back through the layer, in every network. */
    Optional<String> whyNoWayBack() {
        boolean channelsLast = (node.configuration() instanceof Convolution1DLayer convolution
                        && convolution.getRnnDataFormat() == RNNFormat.NWC)
                || (node.configuration() instanceof Subsampling1DLayer pooling
                        && pooling.getCnn2dDataFormat() == CNN2DFormat.NHWC);
        return channelsLast
                ? Optional.of("DL4J itself cannot go back through a "
                        + node.configuration().getClass().getSimpleName()
                        + " with channels last (NWC), nor train it: give it series of the format NCW")
                : Optional.empty();
    }

    /** Why the layer has no derivative to go back by. */
    Optional<String> whyNoDerivative() {
        if (whyNoWayBack().isPresent()) {
            return whyNoWayBack();
        }
        if (activation() instanceof ActivationRReLU) {
            return Optional.of("its slope is random (RReLU), so that its derivative is another one at every look: put"
                    + " ActivationLReLU in its place");
        }
        boolean ownLoss = node.inside() instanceof IOutputLayer
                && node.facts().loss(node.configuration()).isEmpty();
        return ownLoss
                ? Optional.of(
                        "its loss is more than a function of its output, so that only that loss can be differentiated")
                : Optional.empty();
    }

    /**
     * Why the layer's derivatives have no factors.
     *
     * @param signal of one example
     */
    @Nullable
    String whyNotFactored(INDArray signal) {
        INDArray input = node.step().adapt(signal, 1, StepMemory.current());
        boolean perExample = input.size(0) == 1;
        boolean stepByStep = node.step().adapter() instanceof RnnToFeedForwardPreProcessor
                && node.configuration().getClass() == DenseLayer.class
                && node.isBare();
        return !trains() || perExample || stepByStep
                ? null
                : where() + " sees " + input.size(0)
                        + " rows for one example, and how they belong together is not known";
    }
}
