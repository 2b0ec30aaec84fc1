package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CutPlanesTest {

    private static final int NEURONS = 400;

    @SuppressWarnings("ArrayRecordComponent") // A bundle of numbers, never compared.
    private record Draw(double[][] weights, double[] biases, double[][] points) {}

    private static Draw draw(CutPlanes law, DataType type, int terms, char order) {
        Nd4j.getRandom().setSeed(17);
        INDArray points = Nd4j.rand(type, NEURONS, terms);
        INDArray weights = Nd4j.create(type, new long[] {NEURONS, terms}, order);
        INDArray biases = Nd4j.create(type, NEURONS);
        double[][] unit = points.castTo(DataType.DOUBLE).toDoubleMatrix();
        law.draw(weights, biases, points);
        return new Draw(
                weights.castTo(DataType.DOUBLE).toDoubleMatrix(),
                biases.castTo(DataType.DOUBLE).toDoubleVector(),
                unit);
    }

    private static double response(double[] w, double b, double[] x) {
        double z = b;
        for (int i = 0; i < w.length; i++) {
            z += w[i] * x[i];
        }
        return z;
    }

    private static double norm(double[] w) {
        return Math.sqrt(response(w, 0, w));
    }

    /** The second route: every corner of the box is tried, one by one. */
    @ParameterizedTest
    @CsvSource({
        "DOUBLE, 1, 0, 1, 1, c",
        "DOUBLE, 2, 0, 1, 1, f",
        "DOUBLE, 5, 0, 1.3, 0.0079, c",
        "DOUBLE, 4, -2, 3, 0.5, f",
        "DOUBLE, 3, 7, 9, 1, c",
        "FLOAT, 5, 0, 1, 1, f",
        "FLOAT, 4, -2, 3, 0.01, c"
    })
    void cutPlane_goesThroughItsPoint_andTheLargestValueIsTheTop(
            DataType type, int terms, double low, double high, double top, char order) {
        ValueRange box = new ValueRange(low, high);
        Draw draw = draw(new CutPlanes(box, top, false, box), type, terms, order);
        double precision = type == DataType.FLOAT ? 1e-5 : 1e-13;
        int straight = 0;
        for (int j = 0; j < NEURONS; j++) {
            double[] w = draw.weights()[j];
            double[] p = new double[terms];
            for (int i = 0; i < terms; i++) {
                p[i] = low + (high - low) * draw.points()[j][i];
            }
            double scale = precision * (norm(w) * (Math.abs(low) + Math.abs(high)) + 1);
            assertThat(response(w, draw.biases()[j], p))
                    .as("neuron %d at its point", j)
                    .isCloseTo(0, within(scale));
            double largest = Double.NEGATIVE_INFINITY;
            for (int corner = 0; corner < 1 << terms; corner++) {
                double[] x = new double[terms];
                for (int i = 0; i < terms; i++) {
                    x[i] = (corner >> i & 1) == 1 ? high : low;
                }
                largest = Math.max(largest, response(w, draw.biases()[j], x));
            }
            assertThat(largest).as("neuron %d at its best corner", j).isCloseTo(top, within(10 * scale));
            straight += w[0] > 0 ? 1 : 0;
        }
        // Directions are symmetric: the number of positive first weights is binomial, and 5 deviations are 50.
        assertThat(straight).isBetween(150, 250);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1, 1", "3, -1, 2, 0.25"})
    void atTheCorner_theValuesFillZeroToTop(int terms, double low, double high, double top) {
        ValueRange box = new ValueRange(low, high);
        Draw draw = draw(new CutPlanes(box, top, true, box), DataType.DOUBLE, terms, 'c');
        for (int j = 0; j < NEURONS; j++) {
            double smallest = Double.POSITIVE_INFINITY;
            double largest = Double.NEGATIVE_INFINITY;
            for (int corner = 0; corner < 1 << terms; corner++) {
                double[] x = new double[terms];
                for (int i = 0; i < terms; i++) {
                    x[i] = (corner >> i & 1) == 1 ? high : low;
                }
                double z = response(draw.weights()[j], draw.biases()[j], x);
                smallest = Math.min(smallest, z);
                largest = Math.max(largest, z);
            }
            assertThat(smallest).isCloseTo(0, within(1e-12));
            assertThat(largest).isCloseTo(top, within(1e-12));
        }
    }

    /** A point in the far corner would need an infinite weight: 2^-24 of all float draws in one dimension. */
    @Test
    void pointAtTheFarCorner_givesAFiniteWeight() {
        INDArray weights = Nd4j.create(DataType.FLOAT, 50, 1);
        INDArray biases = Nd4j.create(DataType.FLOAT, 50);
        new CutPlanes(ValueRange.UNIT, 1, false, ValueRange.UNIT)
                .draw(weights, biases, Nd4j.zeros(DataType.FLOAT, 50, 1));
        assertThat(weights.amaxNumber().doubleValue()).isBetween(1e5, 1e7);
        assertThat(biases.amaxNumber().doubleValue()).isLessThan(1e7);
    }
}
