package io.github.dl4jinit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.doctor.Diagnosis;
import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.InitDoctor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.model.ResNet50;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J's own ResNet50, whose fresh outputs are NaN at inference: the doctor says where it begins, and fixes it. */
@Tag("slow")
class ResNetDoctorTest {

    @Test
    void examine_freshResNet50_namesTheFirstLayerAndFixesIt() {
        ComputationGraph network = ResNet50.builder()
                .inputShape(new int[] {3, 128, 128})
                .numClasses(10)
                .build()
                .init();
        Nd4j.getRandom().setSeed(1);
        DataSet batch = new DataSet(Nd4j.randn(DataType.FLOAT, 4, 3, 128, 128), null);
        assertThat(network.outputSingle(batch.getFeatures()).isNaN().any())
                .as("what this library is for")
                .isTrue();

        Diagnosis diagnosis = InitDoctor.examine(network, batch);

        Finding finding = diagnosis.findings().stream()
                .filter(f -> f.id().equals("inference-explodes"))
                .findFirst()
                .orElseThrow();
        double before = 0;
        for (LayerVitals layer : diagnosis.layers()) {
            double now = layer.forward().inference() == null
                    ? Double.NaN
                    : layer.forward().inference();
            if (layer.name().equals(finding.layer())) {
                assertThat(now).isGreaterThan(1e6);
                break;
            }
            before = Math.max(before, now);
        }
        assertThat(before).as("all before it are finite and below the bound").isLessThanOrEqualTo(1e6);
        assertThat(finding.fix().tried()).contains("fires nowhere any more");
        diagnosis.prescribe().initialize(network, batch);
        INDArray answers = network.outputSingle(batch.getFeatures());
        assertThat(answers.isNaN().any()).isFalse();
        assertThat(answers.sum(1).sub(1).amaxNumber().doubleValue()).isLessThan(1e-4);
    }
}
