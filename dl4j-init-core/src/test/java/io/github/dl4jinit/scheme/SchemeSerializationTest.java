package io.github.dl4jinit.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class SchemeSerializationTest {
    static Stream<WeightScheme> schemes() {
        return Stream.of(
                VarianceScaling.heNormal(0.3),
                VarianceScaling.glorotUniform(),
                new VarianceScaling(0.25, Fan.OUT, Law.TRUNCATED_NORMAL),
                new Orthogonal(1.7),
                new DeltaOrthogonal(0.8),
                new Dirac(1.1),
                new Hadamard(0.9),
                new Sparse(4, 0.5),
                new OnesOrthogonal(0.2));
    }

    private static NeuralNetConfiguration.Builder builder() {
        return new NeuralNetConfiguration.Builder().seed(3);
    }

    private static ConvolutionLayer convolution(WeightScheme scheme) {
        return new ConvolutionLayer.Builder(3, 3)
                .nIn(2)
                .nOut(6)
                .weightInit(scheme)
                .build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .weightInit(new Orthogonal(1))
                .build();
    }

    private static MultiLayerConfiguration list(WeightScheme scheme) {
        return builder()
                .list()
                .layer(convolution(scheme))
                .layer(output())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build();
    }

    private static ComputationGraphConfiguration graph(WeightScheme scheme) {
        return builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", convolution(scheme), "in")
                .addLayer("out", output(), "conv")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .build();
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void configuration_jsonYamlAndJava_bringBackTheSame(WeightScheme scheme) throws Exception {
        MultiLayerConfiguration list = list(scheme);
        for (MultiLayerConfiguration loaded : new MultiLayerConfiguration[] {
            MultiLayerConfiguration.fromJson(list.toJson()),
            MultiLayerConfiguration.fromYaml(list.toYaml()),
            throughJava(list),
            list.clone()
        }) {
            assertThat(loaded).isEqualTo(list);
            assertThat(((BaseLayer) loaded.getConf(0).getLayer()).getWeightInitFn())
                    .isEqualTo(scheme);
            assertThat(start(loaded)).isEqualTo(start(list));
        }
        ComputationGraphConfiguration graph = graph(scheme);
        for (ComputationGraphConfiguration loaded : new ComputationGraphConfiguration[] {
            ComputationGraphConfiguration.fromJson(graph.toJson()),
            ComputationGraphConfiguration.fromYaml(graph.toYaml()),
            throughJava(graph)
        }) {
            assertThat(loaded).isEqualTo(graph);
        }
        assertThat(throughJava(scheme)).isEqualTo(scheme);
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void modelSerializer_bothModels_bringBackTheWeights(WeightScheme scheme, @TempDir Path folder) throws Exception {
        File file = folder.resolve("net.zip").toFile();
        MultiLayerNetwork list = new MultiLayerNetwork(list(scheme));
        list.init();
        // The weights are in the flat parameters, which are what is saved.
        assertThat(list.params().amaxNumber().doubleValue()).isPositive();
        ModelSerializer.writeModel(list, file, true);
        assertThat(ModelSerializer.restoreMultiLayerNetwork(file)).isEqualTo(list);

        ComputationGraph graph = new ComputationGraph(graph(scheme));
        graph.init();
        ModelSerializer.writeModel(graph, file, true);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file);
        assertThat(loaded.params()).isEqualTo(graph.params());
        assertThat(loaded.getConfiguration()).isEqualTo(graph.getConfiguration());
    }

    private static Object start(MultiLayerConfiguration conf) {
        MultiLayerNetwork net = new MultiLayerNetwork(conf.clone());
        net.init();
        return net.params();
    }

    @SuppressWarnings("unchecked") // what was written is what is read
    private static <T> T throughJava(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
