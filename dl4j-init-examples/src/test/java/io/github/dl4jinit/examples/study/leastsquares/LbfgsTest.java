package io.github.dl4jinit.examples.study.leastsquares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LbfgsTest {

    @Test
    void step_rosenbrock_reachesItsMinimumFasterThanLinearly() {
        Lbfgs method = new Lbfgs(
                at -> {
                    double x = at.getDouble(0);
                    double y = at.getDouble(1);
                    double bend = y - x * x;
                    return new Lbfgs.Value(
                            100 * bend * bend + (1 - x) * (1 - x),
                            Nd4j.createFromArray(-400 * x * bend - 2 * (1 - x), 200 * bend));
                },
                Nd4j.createFromArray(-1.2, 1.0));

        for (int i = 0; i < 60 && method.step(); i++) {}

        assertThat(method.point().toDoubleVector()).containsExactly(new double[] {1, 1}, within(1e-8));
    }

    @Test
    void step_atTheMinimum_saysThatNothingHelps() {
        INDArray start = Nd4j.createFromArray(0.0, 0.0);
        Lbfgs method = new Lbfgs(
                at -> new Lbfgs.Value(at.mul(at).sumNumber().doubleValue() / 2, at.dup()),
                Nd4j.createFromArray(3.0, -4.0));

        while (method.step()) {}

        assertThat(method.point()).isEqualTo(start);
    }
}
