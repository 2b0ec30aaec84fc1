package io.github.dl4jinit.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The views of a weight that lies behind others in a network's flat parameters: each weight is reached exactly once, and
 * nothing else. ND4J's own slicing answers empty arrays there, at some offsets and without an error.
 */
class WeightShapeOffsetTest {

    private static final long[] STRIDE = {1, 1, 1};

    static Stream<Arguments> shapesAndOffsets() {
        List<WeightShape> shapes = List.of(
                WeightShape.dense(5, 4),
                WeightShape.embedding(6, 3),
                WeightShape.lstm(5, 5, 0),
                WeightShape.lstm(5, 5, 3),
                WeightShape.lstm(3, 1, 0),
                WeightShape.convolution(3, 4, new long[] {5}, STRIDE),
                WeightShape.convolution(3, 4, new long[] {3, 2}, STRIDE),
                WeightShape.convolution(2, 3, new long[] {3, 2, 2}, STRIDE),
                WeightShape.deconvolution(3, 4, new long[] {3, 2}, STRIDE),
                WeightShape.deconvolution(3, 4, new long[] {3, 2, 2}, STRIDE),
                WeightShape.depthwise(5, 2, new long[] {3, 3}, STRIDE),
                WeightShape.separableDepth(5, 2, new long[] {3, 3}, STRIDE),
                WeightShape.pointwise(10, 4),
                WeightShape.elementWise(7));
        return shapes.stream()
                .flatMap(shape -> Stream.of(0L, 1L, shape.length() / 2, shape.length() - 1, 3 * shape.length())
                        .map(offset -> Arguments.of(shape, offset)));
    }

    @ParameterizedTest
    @MethodSource("shapesAndOffsets")
    void matrices_reachEveryWeightOnce(WeightShape shape, long offset) {
        INDArray flat = flat(shape, offset);
        shape.matrices(weights(flat, shape, offset)).forEach(matrix -> matrix.addi(1));
        assertReached(flat, shape, offset);
    }

    @ParameterizedTest
    @MethodSource("shapesAndOffsets")
    void taps_reachEveryWeightOnce(WeightShape shape, long offset) {
        INDArray flat = flat(shape, offset);
        for (long tap = 0; tap < shape.taps(); tap++) {
            shape.tap(weights(flat, shape, offset), tap).forEach(matrix -> matrix.addi(1));
        }
        assertReached(flat, shape, offset);
    }

    private static INDArray flat(WeightShape shape, long offset) {
        return Nd4j.zeros(DataType.DOUBLE, offset + shape.length() + 2);
    }

    private static INDArray weights(INDArray flat, WeightShape shape, long offset) {
        long[] sizes = shape.shape().stream().mapToLong(Long::longValue).toArray();
        return flat.get(NDArrayIndex.interval(offset, offset + shape.length())).reshape(shape.order(), true, sizes);
    }

    private static void assertReached(INDArray flat, WeightShape shape, long offset) {
        INDArray weights = weights(flat, shape, offset);
        long peepholes = shape.peepholes() * shape.nIn();
        assertThat(weights.maxNumber().doubleValue()).isEqualTo(1);
        assertThat(weights.sumNumber().longValue()).isEqualTo(shape.length() - peepholes);
        assertThat(flat.sumNumber().longValue()).isEqualTo(shape.length() - peepholes);
    }
}
