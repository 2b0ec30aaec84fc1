package io.github.dl4jinit.examples.study.leastsquares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LbfgsTest {

    private static Lbfgs rosenbrock() {
        return new Lbfgs(
                at -> {
                    double x = at.getDouble(0);
                    double y = at.getDouble(1);
                    double bend = y - x * x;
                    return new Lbfgs.Value(
                            100 * bend * bend + (1 - x) * (1 - x),
                            Nd4j.createFromArray(-400 * x * bend - 2 * (1 - x), 200 * bend));
                },
                Nd4j.createFromArray(-1.2, 1.0));
    }

    @Test
    void step_rosenbrock_reachesItsMinimum() {
        Lbfgs method = rosenbrock();

        for (int i = 0; i < 60 && method.step(); i++) {}

        assertThat(method.point().toDoubleVector()).containsExactly(new double[] {1, 1}, within(1e-8));
    }

    /** The Hessian's condition there is 2,508: the best linear rate, that of gradient descent, is a factor of 0.9992 a step. */
    @Test
    void step_nearTheMinimum_convergesFasterThanLinearly() {
        Lbfgs method = rosenbrock();
        List<Double> factors = new ArrayList<>();
        double distance = Double.POSITIVE_INFINITY;
        while (distance > 1e-12 && method.step()) {
            double next = method.point().sub(1).norm2Number().doubleValue();
            if (distance < 1e-2) {
                factors.add(next / distance);
            }
            distance = next;
        }

        assertThat(factors).hasSizeBetween(3, 10).allSatisfy(factor -> assertThat(factor)
                .isLessThan(0.25));
        assertThat(factors.get(factors.size() - 1)).as("falls towards 0").isLessThan(factors.get(0) / 4);
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
