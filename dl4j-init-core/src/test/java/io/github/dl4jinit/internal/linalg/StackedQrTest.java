package io.github.dl4jinit.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class StackedQrTest {

    private static INDArray rows(int from, int to) {
        Nd4j.getRandom().setSeed(3);
        return Nd4j.randn(DataType.DOUBLE, 40, 6).get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
    }

    @Test
    void batches_giveTheGramMatrixOfAllRows() {
        StackedQr factor = new StackedQr(6);
        // Fewer rows than columns, one row, many rows.
        factor.add(rows(0, 4)).add(rows(4, 5)).add(rows(5, 40));
        INDArray all = rows(0, 40);
        INDArray r = factor.r();
        assertThat(r.transpose()
                        .mmul(r)
                        .sub(all.transpose().mmul(all))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-12);
        assertThat(r.getDouble(5, 0)).isZero();
        assertThat(factor.rows()).isEqualTo(40);
    }

    /** The smallest singular value, 1e-10 of the largest, is lost in A'A and is there in R. */
    @Test
    void condition_isNotSquared() {
        INDArray a = rows(0, 40);
        a.getColumn(5).assign(a.getColumn(4).add(rows(0, 40).getColumn(5).mul(1e-10)));
        double exact = Svd.thin(a).s().getDouble(5);
        double stacked = Svd.thin(new StackedQr(6).add(a).r()).s().getDouble(5);
        assertThat(stacked / exact).isBetween(0.99999, 1.00001);
        double squared = SymmetricEigen.of(gram(a)).values().getDouble(0);
        assertThat(Math.abs(Math.sqrt(Math.abs(squared)) / exact - 1)).isGreaterThan(0.5);
    }

    private static INDArray gram(INDArray a) {
        INDArray product = a.transpose().mmul(a);
        return product.add(product.transpose()).mul(0.5);
    }

    @Test
    void badRows_areRefused() {
        StackedQr factor = new StackedQr(6);
        assertThatThrownBy(() -> factor.add(Nd4j.ones(DataType.DOUBLE, 3, 5))).hasMessageContaining("6 entries");
        assertThatThrownBy(() -> factor.add(Nd4j.ones(DataType.FLOAT, 3, 6))).hasMessageContaining("FLOAT");
        assertThatThrownBy(() -> factor.add(Nd4j.ones(DataType.DOUBLE, 3, 6).divi(0)))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> new StackedQr(0)).hasMessageContaining("got 0");
    }
}
