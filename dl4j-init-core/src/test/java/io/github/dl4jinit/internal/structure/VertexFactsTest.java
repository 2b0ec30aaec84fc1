package io.github.dl4jinit.internal.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Dl4jClasses;
import io.github.dl4jinit.network.FlowNode.Kind;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What DL4J's vertices do to signals, by experiment. */
class VertexFactsTest {

    /** A layer in a graph, another vertex that is frozen, and a vertex with weights of its own. */
    private static final Set<Class<?>> NO_PLAIN_FUNCTIONS =
            Set.of(LayerVertex.class, FrozenVertex.class, AttentionVertex.class);

    /**
     * A vertex.
     *
     * @param shapes of what it gets
     */
    record Example(String label, GraphVertex vertex, List<long[]> shapes) {

        INDArray[] inputs(long seed) {
            INDArray[] inputs = new INDArray[shapes.size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = Networks.normal(seed + i, DataType.DOUBLE, shapes.get(i));
            }
            return inputs;
        }

        INDArray output(INDArray... inputs) {
            GraphBuilder builder = Networks.base(DataType.DOUBLE).graphBuilder();
            String[] names = new String[inputs.length];
            for (int i = 0; i < names.length; i++) {
                names[i] = "in" + i;
            }
            // It only reads the length of the other input.
            String[] sources = vertex instanceof DuplicateToTimeSeriesVertex ? new String[] {"in0"} : names;
            builder.addInputs(names)
                    .addVertex("vertex", vertex, sources)
                    .setOutputs("vertex")
                    .allowDisconnected(true);
            ComputationGraph graph = new ComputationGraph(builder.build());
            graph.init();
            return graph.outputSingle(inputs);
        }

        @Override
        public String toString() {
            return label;
        }
    }

    private static Example of(GraphVertex vertex, long[]... shapes) {
        return new Example(vertex.getClass().getSimpleName(), vertex, List.of(shapes));
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    static Stream<Example> examples() {
        long[] rows = shape(4, 3);
        long[] series = shape(4, 3, 5);
        return Stream.concat(
                Stream.of(ElementWiseVertex.Op.values())
                        .filter(op -> op != ElementWiseVertex.Op.Subtract)
                        .map(op -> new Example(
                                "ElementWiseVertex " + op, new ElementWiseVertex(op), List.of(rows, rows, rows))),
                Stream.of(
                        new Example(
                                "ElementWiseVertex Subtract",
                                new ElementWiseVertex(ElementWiseVertex.Op.Subtract),
                                List.of(rows, rows)),
                        of(new MergeVertex(), rows, shape(4, 2)),
                        of(new SubsetVertex(1, 2), rows),
                        of(new StackVertex(), rows, rows),
                        of(new UnstackVertex(1, 2), rows),
                        of(new ReshapeVertex(4, 3, 1), rows),
                        of(new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 3, 1)), rows),
                        of(new LastTimeStepVertex("in0"), series),
                        of(new DuplicateToTimeSeriesVertex("in1"), rows, series),
                        of(new ReverseTimeSeriesVertex(), series),
                        of(new ScaleVertex(3), rows),
                        of(new ShiftVertex(3), rows),
                        of(new L2NormalizeVertex(), rows),
                        of(new L2Vertex(), rows, rows),
                        of(new PoolHelperVertex(), shape(4, 3, 5, 6))));
    }

    static Stream<Example> selections() {
        return examples().filter(example -> VertexFacts.flow(example.vertex()) == Kind.SELECTION);
    }

    @Test
    void everyVertexOfDl4j_hasAnExample() {
        Set<Class<?>> examples =
                examples().map(example -> example.vertex().getClass()).collect(Collectors.toSet());
        examples.addAll(NO_PLAIN_FUNCTIONS);
        assertThat(examples).containsAll(Dl4jClasses.concrete(GraphVertex.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("selections")
    void selection_isHomogeneousAndNoLargerThanItsSources(Example example) {
        INDArray[] inputs = example.inputs(1);
        INDArray[] doubled = Stream.of(inputs).map(input -> input.mul(2)).toArray(INDArray[]::new);
        INDArray output = example.output(inputs);
        assertThat(example.output(doubled)).isEqualTo(output.mul(2));
        double largest = Stream.of(inputs)
                .mapToDouble(input -> input.amaxNumber().doubleValue())
                .max()
                .orElseThrow();
        assertThat(output.amaxNumber().doubleValue()).isLessThanOrEqualTo(largest);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void add_isClaimedOfSumsOnly(Example example) {
        INDArray[] inputs = example.inputs(1);
        INDArray output = example.output(inputs);
        INDArray sum = inputs[0].dup();
        for (int i = 1; i < inputs.length && inputs[i].equalShapes(sum); i++) {
            sum.addi(inputs[i]);
        }
        boolean adds = inputs.length > 1
                && output.equalShapes(sum)
                && output.sub(sum).amaxNumber().doubleValue() < 1e-12;
        assertThat(VertexFacts.flow(example.vertex()) == Kind.ADD).isEqualTo(adds);
    }

    /** A vertex whose rows are examples gives each example the same, whatever the others are. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void regroupsExamples_isClaimedWhereRowsAreNotTheExamples(Example example) {
        INDArray[] inputs = example.inputs(1);
        INDArray before = example.output(inputs);
        for (INDArray input : inputs) {
            input.slice(0).addi(1);
        }
        INDArray after = example.output(inputs);
        boolean others = before.size(0) != inputs[0].size(0);
        for (long i = 1; i < before.size(0) && !others; i++) {
            others = !before.slice(i).equalsWithEps(after.slice(i), 1e-12);
        }
        assertThat(VertexFacts.regroupsExamples(example.vertex())).isEqualTo(others);
    }

    @Test
    void shiftedSignals_areNoSelection() {
        assertThat(VertexFacts.flow(new ShiftVertex(3))).isEqualTo(Kind.OTHER);
        assertThat(example(new ShiftVertex(3)).amaxNumber().doubleValue()).isCloseTo(3, Offset.offset(1e-12));
    }

    private static INDArray example(GraphVertex vertex) {
        return of(vertex, shape(4, 3))
                .output(Networks.normal(1, DataType.DOUBLE, 4, 3).mul(0));
    }
}
