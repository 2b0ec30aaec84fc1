package io.github.dl4jinit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine;

class DoctorTest {

    private static final String[] DATA = {"--train", "200", "--examples", "60"};

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static NeuralNetConfiguration.Builder settings() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .weightInit(VarianceScaling.standardUniform());
    }

    private static DenseLayer dense(int inputs) {
        return new DenseLayer.Builder().nIn(inputs).nOut(30).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(30)
                .nOut(9)
                .build();
    }

    private Path chain() throws IOException {
        NeuralNetConfiguration.ListBuilder list = settings().list();
        for (int i = 0; i < 10; i++) {
            list.layer(dense(i == 0 ? 1024 : 30));
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.layer(output()).build());
        network.init();
        Path file = folder.resolve("chain.zip");
        ModelSerializer.writeModel(network, file.toFile(), true);
        return file;
    }

    private int run(Path model, String... more) {
        CommandLine line = Commands.line(new Doctor());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] args = new String[1 + DATA.length + more.length];
        args[0] = model.toString();
        System.arraycopy(DATA, 0, args, 1, DATA.length);
        System.arraycopy(more, 0, args, 1 + DATA.length, more.length);
        return line.execute(args);
    }

    @Test
    void doctor_sickNetwork_reportsTreatsAndSaysSo() throws IOException {
        Path page = folder.resolve("page.html");
        Path json = folder.resolve("report.json");
        Path treated = folder.resolve("treated.zip");

        int code = run(chain(), "--html", page.toString(), "--json", json.toString(), "--apply", treated.toString());

        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("signal-vanishes at 'layer", "tried on a copy", "After ");
        assertThat(page).content().contains("<svg", "signal-vanishes");
        assertThat(json).content().contains("\"rule\" : \"signal-vanishes\"");
        assertThat(run(treated)).as("the treated network").isZero();
    }

    @Test
    void doctor_graph_isLoadedToo() throws IOException {
        ComputationGraph graph = new ComputationGraph(settings()
                .weightInit(VarianceScaling.heNormal())
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(1024), "in")
                .addLayer("out", output(), "a")
                .setOutputs("out")
                .build());
        graph.init();
        Path file = folder.resolve("graph.zip");
        ModelSerializer.writeModel(graph, file.toFile(), true);

        assertThat(run(file)).as(out + "" + err).isZero();
        assertThat(out.toString()).contains("ComputationGraph", "Prognosis good");
    }

    @Test
    void doctor_badInput_saysWhatToDo() throws IOException {
        assertThat(run(folder.resolve("none.zip"))).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read", "none.zip");
        Path text = Files.writeString(folder.resolve("text.zip"), "no network");
        assertThat(run(text)).isEqualTo(2);
        assertThat(err.toString()).contains("cannot load a network from");
        assertThat(run(chain(), "--data", "letter", "--data-dir", folder.toString() + "/nothing"))
                .isEqualTo(2);
    }
}
