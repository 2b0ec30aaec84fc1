package io.github.dl4jinit.trainer;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What {@link PolynomialGate} configures. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs.
final class PolynomialGateVertex extends BaseGraphVertex {

    private static final long serialVersionUID = 1L;

    private final int degree;

    PolynomialGateVertex(ComputationGraph graph, String name, int index, int degree, DataType type) {
        super(graph, name, index, null, null, type);
        this.degree = degree;
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public @Nullable Layer getLayer() {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        INDArray gates = inputs[0];
        INDArray monomials = monomials(inputs[1]);
        int block = (int) monomials.size(1);
        INDArray output = workspaceMgr.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, new long[] {gates.size(0), gates.size(1) * block}, 'f');
        for (int gate = 0; gate < gates.size(1); gate++) {
            for (int b = 0; b < block; b++) {
                output.getColumn(gate * block + b, true)
                        .assign(gates.getColumn(gate, true).mul(monomials.getColumn(b, true)));
            }
        }
        return output;
    }

    @Override
    public Pair<@Nullable Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        INDArray gates = inputs[0];
        INDArray x = inputs[1];
        List<int[]> exponents = PolynomialGate.exponents((int) x.size(1), degree);
        INDArray monomials = monomials(x);
        int block = exponents.size();
        INDArray gateError = workspaceMgr.create(ArrayType.ACTIVATION_GRAD, dataType, gates.shape(), 'f');
        INDArray inputError = workspaceMgr.create(ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'f');
        for (int b = 0; b < block; b++) {
            INDArray weighted = Nd4j.zeros(dataType, x.size(0), 1);
            for (int gate = 0; gate < gates.size(1); gate++) {
                INDArray error = epsilon.getColumn(gate * block + b, true);
                gateError.getColumn(gate, true).addi(error.mul(monomials.getColumn(b, true)));
                weighted.addi(error.mul(gates.getColumn(gate, true)));
            }
            for (int input = 0; input < x.size(1); input++) {
                int power = exponents.get(b)[input];
                if (power > 0) {
                    int[] lower = exponents.get(b).clone();
                    lower[input]--;
                    inputError
                            .getColumn(input, true)
                            .addi(weighted.mul(monomial(x, lower)).muli(power));
                }
            }
        }
        return new Pair<>(null, new INDArray[] {gateError, inputError});
    }

    private INDArray monomials(INDArray x) {
        List<int[]> exponents = PolynomialGate.exponents((int) x.size(1), degree);
        INDArray monomials = Nd4j.createUninitialized(dataType, new long[] {x.size(0), exponents.size()}, 'f');
        for (int b = 0; b < exponents.size(); b++) {
            monomials.getColumn(b, true).assign(monomial(x, exponents.get(b)));
        }
        return monomials;
    }

    private INDArray monomial(INDArray x, int[] exponents) {
        INDArray product = Nd4j.ones(dataType, x.size(0), 1);
        for (int input = 0; input < exponents.length; input++) {
            if (exponents[input] > 0) {
                product.muli(Transforms.pow(x.getColumn(input, true).castTo(dataType), exponents[input], true));
            }
        }
        return product;
    }

    @Override
    public void setBackpropGradientsViewArray(@Nullable INDArray backpropGradientsViewArray) {
        if (backpropGradientsViewArray != null) {
            throw new IllegalArgumentException("vertex '" + vertexName + "' has no parameters and takes no gradients");
        }
    }

    @Override
    public @Nullable Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray @Nullable [] maskArrays, MaskState currentMaskState, int minibatchSize) {
        return maskArrays == null || maskArrays.length == 0 ? null : new Pair<>(maskArrays[0], currentMaskState);
    }

    @Override
    public String toString() {
        return "PolynomialGateVertex(name=" + vertexName + ", degree=" + degree + ")";
    }
}
