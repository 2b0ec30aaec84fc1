package io.github.dl4jinit.internal.gradient;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a {@link Step} needs to run backward. */
public final class Backward {

    private final INDArray[] inputs;
    private final INDArray epsilon;
    private final int examples;
    private final int copies;
    private final boolean further;
    private final @Nullable Consumer<LayerFactors> sink;

    /**
     * @param inputs what the step got in the forward pass
     * @param epsilon the derivatives of the outputs by what it gave: copies rows for each example, next to each other
     * @param examples size of the batch
     * @param copies how many outputs run together
     * @param further whether what flows back to the inputs is wanted
     * @param sink gets the factors of the step's own derivatives, or null: then they go into the gradient view, for one example
     */
    public Backward(
            INDArray[] inputs,
            INDArray epsilon,
            int examples,
            int copies,
            boolean further,
            @Nullable Consumer<LayerFactors> sink) {
        this.inputs = inputs;
        this.epsilon = epsilon;
        this.examples = examples;
        this.copies = copies;
        this.further = further;
        this.sink = sink;
    }

    public INDArray input(int i) {
        return inputs[i];
    }

    /** An input with each example as often as there are copies. */
    public INDArray repeated(int i) {
        return repeat(inputs[i]);
    }

    /** Each row as often as there are copies, next to each other. */
    public INDArray repeat(INDArray rows) {
        if (copies == 1) {
            return rows;
        }
        long[] shape = rows.shape().clone();
        long length = rows.length() / shape[0];
        // ND4J's own repeat takes five times as long.
        INDArray repeated = Nd4j.zeros(rows.dataType(), shape[0], copies, length);
        repeated.addi(rows.dup('c').reshape('c', shape[0], 1, length));
        shape[0] *= copies;
        return repeated.reshape('c', shape);
    }

    /**
     * What flows back through an activation function that takes each number by itself.
     *
     * @param z pre-activations of the examples, [examples, anything]
     * @return [rows, anything], a copy
     */
    public INDArray through(IActivation activation, INDArray z) {
        if (activation instanceof ActivationIdentity) {
            return epsilon.dup('c').reshape('c', rows(), z.size(1));
        }
        INDArray slopes = activation.backprop(z, z.like().assign(1)).getFirst();
        return epsilon.reshape('c', z.size(0), copies, z.size(1))
                .mul(slopes.reshape('c', z.size(0), 1, z.size(1)))
                .reshape('c', rows(), z.size(1));
    }

    /** Whether an activation function takes each number by itself. ND4J's own are known; a user's may be anything. */
    public static boolean isElementwise(IActivation activation) {
        return activation.getClass().getPackageName().equals("org.nd4j.linalg.activations.impl")
                && !(activation instanceof ActivationSoftmax);
    }

    public INDArray epsilon() {
        return epsilon;
    }

    public int examples() {
        return examples;
    }

    public int copies() {
        return copies;
    }

    public int rows() {
        return examples * copies;
    }

    public boolean further() {
        return further;
    }

    public boolean factored() {
        return sink != null;
    }

    public void emit(LayerFactors factors) {
        if (sink != null) {
            sink.accept(factors);
        }
    }
}
