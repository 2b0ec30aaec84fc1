package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The largest eigenvalues, by absolute value, of a symmetric operator that is known by its products only.
 *
 * @param eigenvalues descending by absolute value; fewer than asked for if the operator's rank, as the start sees it, is smaller
 * @param residuals norm of {@code A v - lambda v} of each
 * @param vectors v of each, of length 1
 */
record Lanczos(List<Double> eigenvalues, List<Double> residuals, List<INDArray> vectors) {

    /** What is left of a product is rounding if it is smaller than this, relative to the operator. */
    private static final double NOTHING = 1e-9;

    /** A symmetric operator. */
    interface Symmetric {

        long size();

        /** Onto the space in which the operator lives; in place. */
        INDArray project(INDArray vector);

        INDArray times(INDArray vector);
    }

    static Lanczos run(Symmetric operator, int steps, int wanted) {
        List<INDArray> basis = new ArrayList<>();
        List<Double> diagonal = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        INDArray next = operator.project(Nd4j.randn(DataType.DOUBLE, operator.size()));
        double length = next.norm2Number().doubleValue();
        double norm = 0;
        while (basis.size() < steps && length > NOTHING * norm && length > 0) {
            INDArray current = next.divi(length);
            basis.add(current);
            INDArray product = operator.times(current);
            diagonal.add(HessianSpectrum.dot(current, product));
            norm = Math.max(norm, product.norm2Number().doubleValue());
            // Twice is enough: the second pass takes away what rounding left in the first.
            orthogonalize(product, basis);
            orthogonalize(product, basis);
            length = product.norm2Number().doubleValue();
            beside.add(length);
            next = product;
        }
        return decompose(diagonal, beside, basis, wanted);
    }

    private static void orthogonalize(INDArray vector, List<INDArray> basis) {
        for (INDArray other : basis) {
            vector.subi(other.mul(HessianSpectrum.dot(other, vector)));
        }
    }

    private static Lanczos decompose(List<Double> diagonal, List<Double> beside, List<INDArray> basis, int wanted) {
        int size = diagonal.size();
        INDArray matrix = Nd4j.zeros(DataType.DOUBLE, size, size);
        for (int i = 0; i < size; i++) {
            matrix.putScalar(i, i, diagonal.get(i));
            if (i + 1 < size) {
                matrix.putScalar(i, i + 1, beside.get(i));
                matrix.putScalar(i + 1, i, beside.get(i));
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix);
        List<Integer> order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(eigen.values().getDouble(i))))
                .limit(wanted)
                .toList();
        double last = beside.get(size - 1);
        return new Lanczos(
                order.stream().map(i -> eigen.values().getDouble(i)).toList(),
                order.stream()
                        .map(i -> Math.abs(last * eigen.vectors().getDouble(size - 1, i)))
                        .toList(),
                order.stream()
                        .map(i -> combine(basis, eigen.vectors().getColumn(i)))
                        .toList());
    }

    private static INDArray combine(List<INDArray> basis, INDArray weights) {
        INDArray sum = basis.get(0).mul(weights.getDouble(0));
        for (int i = 1; i < basis.size(); i++) {
            sum.addi(basis.get(i).mul(weights.getDouble(i)));
        }
        return sum;
    }
}
