package io.github.dl4jinit.initializer;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jinit.internal.linalg.Svd;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A singular value decomposition without arbitrariness: in signs, and in the bases of the spaces that belong to equal singular values and to
 * zero. Each such basis is the one nearest to the coordinate axes of the same numbers; a single vector has its largest entry positive. It
 * does not depend on which decomposition LAPACK returned.
 *
 * @param u [q, rank], the left singular vectors of the values that are not zero
 * @param s all singular values, descending
 * @param v [p, rank], the right ones
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one alignment.
record CanonicalSvd(INDArray u, double[] s, INDArray v) {

    /**
     * The same matrix, decomposed without a choice.
     *
     * @param svd with singular vectors for every value that is not zero
     * @param tolerance singular values closer than this times the largest count as equal
     */
    static CanonicalSvd of(Svd svd, double tolerance) {
        double[] s = svd.s().toDoubleVector();
        double close = tolerance * s[0];
        int rank = rank(s, tolerance);
        INDArray u = svd.u().get(NDArrayIndex.all(), interval(0, rank)).dup('f');
        INDArray v =
                svd.vt().get(interval(0, rank), NDArrayIndex.all()).transpose().dup('f');
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
        INDArray flips = Nd4j.createFromArray(signs).castTo(v.dataType());
        return new CanonicalSvd(u.muliRowVector(flips), s, v.muliRowVector(flips));
    }

    /** {@return U, completed to an orthogonal matrix} */
    Turn left() {
        return completed(u);
    }

    /** {@return V, completed to an orthogonal matrix} */
    Turn right() {
        return completed(v);
    }

    /**
     * Completes orthonormal columns to an orthogonal matrix whose other columns are nearest to the axes of their numbers. With T the first rows
     * of the given columns and C the others, and T = Q H its polar decomposition, those are {@code [-Q C'; I - C (I + H)^-1 C']}: orthonormal
     * since C'C = I - H^2, orthogonal to [T; C], and nearest to the axes since their part there is symmetric and not negative.
     */
    private static Turn completed(INDArray given) {
        int n = given.rows();
        int rank = given.columns();
        if (rank == n) {
            return Turn.dense(given);
        }
        INDArray t = given.get(interval(0, rank), NDArrayIndex.all());
        INDArray c = given.get(interval(rank, n), NDArrayIndex.all());
        Svd polar = Svd.thin(t);
        INDArray q = polar.u().mmul(polar.vt());
        INDArray k =
                polar.vt().transpose().mulRowVector(polar.s().add(1).rdivi(1)).mmul(polar.vt());
        INDArray eye = Nd4j.eye(rank).castTo(given.dataType());
        INDArray none = Nd4j.zeros(given.dataType(), rank, rank);
        // I + A B', with A = [I, 0; 0, C] and B' = [T - I, -Q C'; I, -K C'].
        INDArray a = Nd4j.concat(
                0, Nd4j.concat(1, eye, none), Nd4j.concat(1, Nd4j.zeros(given.dataType(), n - rank, rank), c));
        INDArray b = Nd4j.concat(
                0,
                Nd4j.concat(1, t.sub(eye).transpose(), eye),
                Nd4j.concat(
                        1, c.mmul(q.transpose()).negi(), c.mmul(k.transpose()).negi()));
        Turn turn = Turn.nearIdentity(a, b);
        if (n - rank == 1) {
            INDArray last = turn.a().getColumn(rank, true);
            last.muli(signs(last)[0]);
        }
        return turn;
    }

    /** 1 for each column whose largest entry is positive, -1 for the others: most columns are alone, and there are many. */
    private static double[] signs(INDArray basis) {
        double[] highest = basis.max(0).toDoubleVector();
        double[] lowest = basis.min(0).toDoubleVector();
        double[] signs = new double[highest.length];
        Arrays.setAll(signs, i -> highest[i] >= -lowest[i] ? 1 : -1);
        return signs;
    }

    static int rank(double[] s, double tolerance) {
        int rank = 0;
        while (rank < s.length && s[rank] > tolerance * s[0]) {
            rank++;
        }
        return rank;
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
