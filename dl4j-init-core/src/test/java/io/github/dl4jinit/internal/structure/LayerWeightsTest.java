package io.github.dl4jinit.internal.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.LayerExamples;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** That a layer's weights are where the catalogue says: what a visitor does to a response is what the layer computes afterwards. */
class LayerWeightsTest {

    private static Stream<LayerExample> weighted() {
        return LayerExamples.computed().filter(example -> example.alone().numParams() > 0);
    }

    static Stream<LayerExample> initializable() {
        return weighted()
                .filter(example ->
                        example.facts().obstacle(example.layer().get()).isEmpty());
    }

    static Stream<LayerExample> skipped() {
        return weighted()
                .filter(example ->
                        example.facts().obstacle(example.layer().get()).isPresent());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("initializable")
    void scaledResponse_isThatOfScaledWeights(LayerExample example) {
        checkResponses(example, response -> response.scale(2));
    }

    /** The bias lies along the channels of the response. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("initializable")
    void centredResponse_isThatOfTheCentredBias(LayerExample example) {
        checkResponses(example, Response::centre);
    }

    /** Each unit's weights are where {@code WeightShape} says. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("initializable")
    void scaledUnits_areThoseOfScaledWeights(LayerExample example) {
        checkResponses(example, response -> {
            long units = response.outputs().rows().size(1);
            INDArray factors = Networks.normal(5, DataType.DOUBLE, units);
            response.scaleUnits(factors, Networks.normal(6, DataType.DOUBLE, units));
        });
    }

    private static void checkResponses(LayerExample example, Consumer<Response> change) {
        try (NetworkCopy copy = NetworkCopy.of(example.alone())) {
            LayerView layer = copy.layers().get(0);
            assertThat(layer.whySkipped()).isEmpty();
            Map<String, INDArray> changed = responses(copy, example, change);
            assertThat(changed.keySet())
                    .containsExactlyElementsOf(layer.weights().stream()
                            .filter(weight -> weight.role() == Role.RESPONSE)
                            .map(WeightView::parameter)
                            .toList());
            assertThat(changed).isNotEmpty();
            Map<String, INDArray> again = responses(copy, example, response -> {});
            changed.forEach((name, values) -> {
                double size = values.amaxNumber().doubleValue();
                assertThat(size).isPositive();
                assertThat(Objects.requireNonNull(again.get(name))
                                .sub(values)
                                .amaxNumber()
                                .doubleValue())
                        .as("%s, response of %s", example, name)
                        .isCloseTo(0, Offset.offset(1e-10 * size));
            });
        }
    }

    private static Map<String, INDArray> responses(NetworkCopy copy, LayerExample example, Consumer<Response> change) {
        Map<String, INDArray> responses = new LinkedHashMap<>();
        copy.sweep(new MultiDataSet(example.features(1), null), new LayerVisitor() {
            @Override
            public void respond(LayerView layer, Response response) {
                change.accept(response);
                responses.put(response.map().parameter(), response.values().dup());
            }
        });
        return responses;
    }

    /** Rank, size and order of the response's matrix. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("initializable")
    void inputsTimesWeights_areTheOutputs_ofDenseMaps(LayerExample example) {
        try (NetworkCopy copy = NetworkCopy.of(example.alone())) {
            List<WeightView> weights = copy.layers().get(0).weights();
            copy.sweep(new MultiDataSet(example.features(1), null), new LayerVisitor() {
                @Override
                public void respond(LayerView layer, Response response) {
                    INDArray outputs = response.outputs().rows();
                    INDArray array = response.map().weights();
                    if (array.rank() != 2 || example.takesIndices()) {
                        return;
                    }
                    INDArray expected = response.inputs().rows().mmul(array);
                    INDArray bias = response.map().bias();
                    if (response.isBiased() && bias != null) {
                        expected = expected.addRowVector(bias.reshape(1, outputs.size(1)));
                    }
                    assertThat(outputs.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, Offset.offset(1e-10));
                }
            });
            assertThat(weights).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("skipped")
    void obstacle_isSaidAndKeepsTheLayerFromTheVisitor(LayerExample example) {
        String reason = example.facts().obstacle(example.layer().get()).orElseThrow();
        try (NetworkCopy copy = NetworkCopy.of(example.alone())) {
            assertThat(copy.layers().get(0).whySkipped()).contains(reason);
            assertThat(copy.layers().get(0).weights()).isEmpty();
            assertThat(responses(copy, example, response -> {})).isEmpty();
        }
    }
}
