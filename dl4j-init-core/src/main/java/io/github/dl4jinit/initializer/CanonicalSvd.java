package io.github.dl4jinit.initializer;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jinit.internal.linalg.Svd;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Takes the arbitrariness out of a singular value decomposition: signs, and the bases of the spaces that belong to equal
 * singular values and to zero. Each such basis becomes the one nearest to the coordinate axes of the same numbers; a single
 * vector gets its largest entry positive. The result is still a singular value decomposition, and no longer depends on which one LAPACK
 * returned.
 */
final class CanonicalSvd {

    private CanonicalSvd() {}

    /**
     * The same matrix, decomposed without a choice.
     *
     * @param svd full: both factors square
     * @param tolerance singular values closer than this times the largest count as equal
     */
    static Svd fix(Svd svd, double tolerance) {
        INDArray u = svd.u().dup('f');
        INDArray v = svd.vt().transpose().dup('f');
        double[] s = svd.s().toDoubleVector();
        double close = tolerance * s[0];
        int rank = rank(s, tolerance);
        double[] signs = signs(v);
        for (int start = 0, end; start < rank; start = end) {
            end = start + 1;
            while (end < rank && s[end - 1] - s[end] <= close) {
                end++;
            }
            if (end - start > 1) {
                Arrays.fill(signs, start, end, 1);
                INDArray rotation = nearestToAxes(v, start, end);
                turn(v, start, end, rotation);
                turn(u, start, end, rotation);
            }
        }
        apply(signs, 0, rank, v);
        apply(signs, 0, rank, u);
        completeToAxes(u, rank);
        completeToAxes(v, rank);
        return new Svd(u, svd.s(), v.transpose());
    }

    /** 1 for each column whose largest entry is positive, -1 for the others: most columns are alone, and there are many. */
    private static double[] signs(INDArray basis) {
        double[] highest = basis.max(0).toDoubleVector();
        double[] lowest = basis.min(0).toDoubleVector();
        double[] signs = new double[highest.length];
        Arrays.setAll(signs, i -> highest[i] >= -lowest[i] ? 1 : -1);
        return signs;
    }

    private static void apply(double[] signs, int start, int end, INDArray basis) {
        double[] all = new double[basis.columns()];
        Arrays.fill(all, 1);
        System.arraycopy(signs, start, all, start, end - start);
        basis.muliRowVector(Nd4j.createFromArray(all).castTo(basis.dataType()));
    }

    static int rank(double[] s, double tolerance) {
        int rank = 0;
        while (rank < s.length && s[rank] > tolerance * s[0]) {
            rank++;
        }
        return rank;
    }

    private static void completeToAxes(INDArray basis, int rank) {
        int n = basis.columns();
        if (n - rank == 1) {
            apply(signs(basis), rank, n, basis);
        } else if (rank < n) {
            turn(basis, rank, n, nearestToAxes(basis, rank, n));
        }
    }

    /** The R that brings the columns B, as B R, nearest to the axes of their numbers: the polar factor of B' I. */
    private static INDArray nearestToAxes(INDArray basis, int start, int end) {
        INDArray block = basis.get(interval(start, end), interval(start, end));
        Svd polar = Svd.thin(block.transpose());
        return polar.u().mmul(polar.vt());
    }

    private static void turn(INDArray basis, int start, int end, INDArray rotation) {
        INDArray columns = basis.get(NDArrayIndex.all(), interval(start, end));
        columns.assign(columns.mmul(rotation));
    }
}
