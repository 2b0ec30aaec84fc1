package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.number.Precision;
import java.util.List;
import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Matrices with known values in every memory layout, and naive arithmetic on them in plain Java (Hipparchus). */
final class TestMatrices {
    static final List<DataType> TYPES = List.of(DataType.FLOAT, DataType.DOUBLE);

    /** Square, tall, wide, single rows, columns and entries; 160 is a size where a faulty OpenBLAS shows. */
    static final List<int[]> SHAPES = List.of(
            new int[] {1, 1},
            new int[] {1, 7},
            new int[] {7, 1},
            new int[] {2, 2},
            new int[] {5, 3},
            new int[] {3, 5},
            new int[] {33, 70},
            new int[] {160, 131});

    private TestMatrices() {}

    static INDArray gaussian(DataType type, long seed, int m, int n) {
        Random random = new Random(seed);
        double[][] entries = new double[m][n];
        for (double[] row : entries) {
            for (int j = 0; j < n; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return Nd4j.createFromArray(entries).castTo(type);
    }

    /** The same values in order 'c' and 'f', as a transpose, and as a strided view with an offset into a larger array. */
    static List<INDArray> layouts(INDArray a) {
        return List.of(a.dup('c'), a.dup('f'), a.transpose().dup('c').transpose(), strided(a, 'c'), strided(a, 'f'));
    }

    private static INDArray strided(INDArray a, char order) {
        INDArray parent = Nd4j.valueArrayOf(new long[] {2 * a.rows() + 1, 3 * a.columns() + 2}, -77.0, a.dataType())
                .dup(order);
        INDArray view = parent.get(
                NDArrayIndex.interval(1, 2, 2 * a.rows() + 1), NDArrayIndex.interval(2, 3, 3 * a.columns() + 2));
        return view.assign(a);
    }

    static RealMatrix real(INDArray a) {
        return new Array2DRowRealMatrix(a.toDoubleMatrix());
    }

    static double distance(RealMatrix a, RealMatrix b) {
        double largest = 0;
        for (double[] row : a.subtract(b).getData()) {
            for (double entry : row) {
                largest = Double.isNaN(entry) ? entry : Math.max(largest, Math.abs(entry));
            }
        }
        return largest;
    }

    /** {@code max|Q' Q - I|}. */
    static double defect(RealMatrix q) {
        RealMatrix gram = q.transpose().multiply(q);
        return distance(gram, MatrixUtils.createRealIdentityMatrix(gram.getRowDimension()));
    }

    /** The promise of the issue for an orthogonal matrix. */
    static double orthogonality(DataType type) {
        return type == DataType.FLOAT ? 1e-5 : 1e-12;
    }

    /** Rounding of a backward stable algorithm on n entries of order one: a generous multiple of n epsilon. */
    static double rounding(DataType type, int n) {
        return 20 * (n + 10) * Precision.epsilon(type);
    }
}
