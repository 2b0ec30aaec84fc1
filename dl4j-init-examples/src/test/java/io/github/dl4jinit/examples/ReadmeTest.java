package io.github.dl4jinit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** The README's first example compiles, runs, and prints what the README shows. */
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Path HERE =
            Path.of("src", "test", "java", "io", "github", "dl4jinit", "examples", "ReadmeTest.java");

    private static InitReport example(DataSetIterator data) {
        // README
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .activation(Activation.TANH)
                .weightInit(VarianceScaling.glorotUniform()) // 1. drop a scheme into the configuration
                .list();
        for (int i = 0; i < 5; i++) {
            layers.layer(new DenseLayer.Builder().nOut(100).build());
        }
        layers.layer(
                new OutputLayer.Builder().nOut(9).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork network = new MultiLayerNetwork(
                layers.setInputType(InputType.feedForward(1024)).build());
        network.init();

        InitializingListener listener = new InitializingListener(Lsuv.defaults()); // 2. or let the data decide
        network.setListeners(listener);
        network.fit(data);
        System.out.print(listener.report().orElseThrow());
        // README
        return listener.report().orElseThrow();
    }

    private static List<String> words(Stream<String> lines) {
        return lines.flatMap(line -> Stream.of(line.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> between(List<String> lines, String start, String end) {
        int from = lines.indexOf(start) + 1;
        return lines.subList(from, from + lines.subList(from, lines.size()).indexOf(end));
    }

    @Test
    void firstExample_isTheCodeOfThisTest() throws IOException {
        List<String> shown = between(Files.readAllLines(README), "```java", "```");
        List<String> source = Files.readAllLines(HERE).stream()
                .map(line -> line.strip().equals("// README") ? "// README" : line)
                .toList();
        String code = String.join("", words(between(source, "// README", "// README").stream()));
        assertThat(String.join("", words(shown.stream()))).isEqualTo(code);
    }

    @Test
    void firstExample_printsWhatIsShown() throws IOException {
        InitReport report = example(new Shapeset(1).iterator(256, 2));
        List<String> readme = Files.readAllLines(README);
        int head = readme.stream()
                .filter(line -> line.startsWith("LSUV: "))
                .map(readme::indexOf)
                .findFirst()
                .orElseThrow();
        List<String> shown = readme.subList(head + 1, head + 1 + report.layers().size() + 1);
        assertThat(shown)
                .as("all but the time")
                .isEqualTo(report.toText().lines().skip(1).toList());
    }
}
