package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.number.Bounds;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The basis of a partition-of-unity network (POU-net): every gate times every monomial of the inputs.
 *
 * <p>Formula: from gates {@code phi_1(x) .. phi_A(x)} and the monomials {@code P_1 .. P_B} of total degree up to p in the inputs,
 * the features {@code phi_a(x) P_b(x)}. A softmax makes the gates positive and their sum 1; an OutputLayer without a bias after
 * this vertex then is {@code y(x) = sum_a phi_a(x) sum_b c_ab P_b(x)}, a polynomial on each part, and the least-squares trainer
 * solves for all c.
 *
 * <p>Shapes: inputs {@code [n, A]} (the gates) and {@code [n, d]} (the network's inputs), output {@code [n, A B]} with {@code B =
 * (p + d)! / (p! d!)}; column {@code a B + b}. It has no parameters. In a graph:
 *
 * <pre>{@code
 * .addLayer("gates", new DenseLayer.Builder().nIn(32).nOut(8).activation(Activation.SOFTMAX).build(), "hidden")
 * .addVertex("basis", new PolynomialGate(3), "gates", "in")
 * .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).hasBias(false)
 *         .nIn(PolynomialGate.features(8, 1, 3)).nOut(1).build(), "basis")
 * }</pre>
 *
 * <p>When to use it: piecewise smooth targets of few inputs. When not: many inputs, since B grows as d^p; inputs far from [-1, 1],
 * whose monomials are of very different size.
 *
 * <p>Source: K. Lee, N. Trask, R. Patel, M. Gulian, E. Cyr, "Partition of unity networks: deep hp-approximation", 2021, arXiv
 * 2101.11256. Ours: monomials, and a vertex of DL4J.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class PolynomialGate extends GraphVertex {

    private static final long serialVersionUID = 1L;

    private final int degree;

    /**
     * Products of gates and monomials.
     *
     * @param degree p, the highest total degree, at least 0
     */
    public PolynomialGate(@JsonProperty("degree") int degree) {
        this.degree = Bounds.atLeast("degree", degree, 0);
    }

    /**
     * How many features the vertex gives.
     *
     * @param gates A
     * @param inputs d
     * @param degree p
     * @return A (p + d)! / (p! d!)
     */
    public static int features(int gates, int inputs, int degree) {
        return gates * exponents(inputs, degree).size();
    }

    /** The exponents of all monomials, in the order of the features. */
    static List<int[]> exponents(int inputs, int degree) {
        List<int[]> found = new ArrayList<>();
        collect(new int[inputs], 0, degree, found);
        return found;
    }

    private static void collect(int[] exponents, int input, int left, List<int[]> found) {
        if (input == exponents.length) {
            found.add(exponents.clone());
            return;
        }
        for (int power = 0; power <= left; power++) {
            exponents[input] = power;
            collect(exponents, input + 1, left - power, found);
        }
        exponents[input] = 0;
    }

    /** {@return the highest total degree: p} */
    @JsonProperty("degree")
    public int degree() {
        return degree;
    }

    @Override
    public PolynomialGate clone() {
        return new PolynomialGate(degree);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolynomialGate gate && gate.degree == degree;
    }

    @Override
    public int hashCode() {
        return degree;
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new PolynomialGateVertex(graph, name, idx, degree, networkDatatype);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        int gates = (int) vertexInputs[0].arrayElementsPerExample();
        int inputs = (int) vertexInputs[1].arrayElementsPerExample();
        return InputType.feedForward(features(gates, inputs, degree));
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(null, PolynomialGate.class, inputTypes[0], getOutputType(-1, inputTypes))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }
}
