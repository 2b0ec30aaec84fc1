package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.linalg.StackedQr;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.memory.KeepAlive;
import io.github.dl4jinit.internal.solve.NumericalRank;
import java.nio.DoubleBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The cross-entropy of a linear softmax classifier on one batch, as a function of its coefficients, convex.
 *
 * <p>With the rows phi_i of the basis, the non-negative targets t_i of sum m_i, logits {@code z_i = Theta' phi_i} and {@code p_i =
 * softmax(z_i)}:
 *
 * <pre>
 *     J     = s sum_i (m_i logsumexp(z_i) - t_i z_i) + r / 2 |W|^2
 *     grad  = s Phi' (m p - t) + r W
 *     H V   = s Phi' (m (p a - p sum(p a))) + r V,   a = Phi V
 * </pre>
 *
 * Arrays are column-major, so that gemm needs no copies and a class is a run of numbers. W is Theta without the bias's row.
 */
final class SoftmaxProblem {

    private final INDArray basis;
    private final INDArray targets;
    private final double[] mass;
    private final double scale;
    private final double ridge;
    private final int examples;
    private final int classes;
    private final int penalized;

    /** Some coefficients with their logits and probabilities, and the function there. */
    record Iterate(INDArray coefficients, INDArray logits, INDArray probabilities, double loss) {}

    /**
     * @param basis [examples, rows of the coefficients], DOUBLE, column-major
     * @param targets [examples, classes], DOUBLE, column-major, not negative
     * @param scale s
     * @param ridge r
     * @param penalized how many rows of the coefficients have the ridge, from the first
     */
    SoftmaxProblem(INDArray basis, INDArray targets, double scale, double ridge, int penalized) {
        this.basis = basis;
        this.targets = targets;
        this.scale = scale;
        this.ridge = ridge;
        this.penalized = penalized;
        examples = basis.rows();
        classes = targets.columns();
        mass = new double[examples];
        DoubleBuffer t = targets.data().asNioDouble();
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                mass[i] += t.get(at);
            }
        }
        KeepAlive.untilHere(targets);
    }

    private static INDArray allocate(long rows, long columns) {
        return Nd4j.createUninitialized(DataType.DOUBLE, new long[] {rows, columns}, 'f');
    }

    /** @param epsilon of the type that the basis was computed in */
    NumericalRank rank(double epsilon) {
        INDArray r = new StackedQr(basis.columns()).add(basis).r();
        return NumericalRank.of(Svd.thin(r).s(), basis.columns() * epsilon);
    }

    /** Phi V. */
    INDArray logits(INDArray coefficients) {
        return Nd4j.gemm(basis, coefficients, allocate(examples, classes), false, false, 1, 0);
    }

    Iterate at(INDArray coefficients) {
        return at(coefficients, logits(coefficients));
    }

    Iterate at(INDArray coefficients, INDArray logits) {
        INDArray probabilities = allocate(examples, classes);
        DoubleBuffer z = logits.data().asNioDouble();
        DoubleBuffer p = probabilities.data().asNioDouble();
        DoubleBuffer t = targets.data().asNioDouble();
        double[] largest = new double[examples];
        double[] sum = new double[examples];
        for (int i = 0; i < examples; i++) {
            largest[i] = z.get(i);
        }
        for (int c = 1, at = examples; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                largest[i] = Math.max(largest[i], z.get(at));
            }
        }
        double loss = 0;
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                double above = z.get(at) - largest[i];
                double e = Math.exp(above);
                p.put(at, e);
                sum[i] += e;
                loss -= t.get(at) * above;
            }
        }
        for (int i = 0; i < examples; i++) {
            loss += mass[i] * Math.log(sum[i]);
        }
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                p.put(at, p.get(at) / sum[i]);
            }
        }
        KeepAlive.untilHere(logits, probabilities, targets);
        double norm = weights(coefficients).norm2Number().doubleValue();
        return new Iterate(coefficients, logits, probabilities, scale * loss + ridge / 2 * norm * norm);
    }

    INDArray gradient(Iterate point) {
        INDArray error = allocate(examples, classes);
        DoubleBuffer p = point.probabilities().data().asNioDouble();
        DoubleBuffer t = targets.data().asNioDouble();
        DoubleBuffer e = error.data().asNioDouble();
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                e.put(at, mass[i] * p.get(at) - t.get(at));
            }
        }
        KeepAlive.untilHere(point.probabilities(), targets, error);
        return backward(error, point.coefficients());
    }

    /**
     * H V.
     *
     * @param logits Phi V
     */
    INDArray hessianTimes(Iterate point, INDArray direction, INDArray logits) {
        INDArray change = allocate(examples, classes);
        DoubleBuffer p = point.probabilities().data().asNioDouble();
        DoubleBuffer a = logits.data().asNioDouble();
        DoubleBuffer out = change.data().asNioDouble();
        double[] mean = new double[examples];
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                mean[i] += p.get(at) * a.get(at);
            }
        }
        for (int c = 0, at = 0; c < classes; c++) {
            for (int i = 0; i < examples; i++, at++) {
                out.put(at, mass[i] * p.get(at) * (a.get(at) - mean[i]));
            }
        }
        KeepAlive.untilHere(point.probabilities(), logits, change);
        return backward(change, direction);
    }

    /**
     * The whole Hessian, of the coefficients column by column: block (c, d) is s Phi' diag(m p_c (delta_cd - p_d)) Phi, and r on
     * the diagonal of the weights.
     *
     * @return [rows classes, rows classes], column-major
     */
    INDArray hessian(Iterate point) {
        int rows = basis.columns();
        INDArray hessian = allocate((long) rows * classes, (long) rows * classes);
        DoubleBuffer p = point.probabilities().data().asNioDouble();
        double[] factors = new double[examples];
        for (int c = 0; c < classes; c++) {
            for (int d = 0; d <= c; d++) {
                for (int i = 0; i < examples; i++) {
                    double pd = p.get(d * examples + i);
                    factors[i] = scale * mass[i] * p.get(c * examples + i) * (c == d ? 1 - pd : -pd);
                }
                INDArray weighted =
                        basis.mulColumnVector(Nd4j.createFromArray(factors).reshape(examples, 1));
                INDArray block = Nd4j.gemm(basis, weighted, allocate(rows, rows), true, false, 1, 0);
                put(hessian, block, c * rows, d * rows);
                put(hessian, block, d * rows, c * rows);
            }
        }
        for (int c = 0; c < classes; c++) {
            for (int row = 0; row < penalized; row++) {
                long at = (long) c * rows + row;
                hessian.putScalar(at, at, hessian.getDouble(at, at) + ridge);
            }
        }
        KeepAlive.untilHere(point.probabilities());
        return hessian;
    }

    private static void put(INDArray hessian, INDArray block, int row, int column) {
        hessian.put(
                new INDArrayIndex[] {
                    NDArrayIndex.interval(row, row + block.rows()),
                    NDArrayIndex.interval(column, column + block.columns())
                },
                block);
    }

    private INDArray backward(INDArray rows, INDArray coefficients) {
        INDArray result = Nd4j.gemm(basis, rows, allocate(basis.columns(), classes), true, false, scale, 0);
        if (ridge > 0) {
            weights(result).addi(weights(coefficients).mul(ridge));
        }
        return result;
    }

    private INDArray weights(INDArray coefficients) {
        return penalized == coefficients.rows()
                ? coefficients
                : coefficients.get(NDArrayIndex.interval(0, penalized), NDArrayIndex.all());
    }
}
