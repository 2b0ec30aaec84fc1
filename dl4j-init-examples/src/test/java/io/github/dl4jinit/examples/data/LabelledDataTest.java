package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class LabelledDataTest {
    private static final List<String> AB = List.of("a", "b");

    private static DataSet part(int rows, int inputs, int classes) {
        return new DataSet(Nd4j.zeros(rows, inputs), Nd4j.zeros(rows, classes));
    }

    @Test
    void parts_thatDisagree_areRefused() {
        DataSet good = part(4, 6, 2);
        assertThat(new LabelledData("d", good, part(2, 6, 2), part(1, 6, 2), AB, null).classes())
                .isEqualTo(2);
        assertThatThrownBy(() -> new LabelledData("d", good, part(2, 5, 2), good, AB, null))
                .hasMessageContaining("d: features must have shape [examples, 6]");
        assertThatThrownBy(() -> new LabelledData("d", good, good, part(2, 6, 3), AB, null))
                .hasMessageContaining("d: labels must have shape [examples, 2]");
        assertThatThrownBy(() -> new LabelledData("d", good, good, good, AB, new ImageShape(1, 2, 2)))
                .hasMessageContaining("has 4 values, but a row has 6");
        assertThatThrownBy(() -> new ImageShape(0, 2, 2)).hasMessageContaining("got 0 x 2 x 2");
    }

    @Test
    void asImages_isAViewChannelByChannel() {
        DataSet part = new DataSet(Nd4j.arange(24).reshape('c', 2, 12), Nd4j.zeros(2, 2));
        LabelledData data = new LabelledData("d", part, part, part, AB, new ImageShape(3, 2, 2));
        INDArray images = data.asImages(part).getFeatures();
        assertThat(images.shape()).containsExactly(2, 3, 2, 2);
        assertThat(images.getDouble(1, 2, 1, 0)).isEqualTo(12 + 2 * 4 + 2);
        images.putScalar(new int[] {0, 0, 0, 0}, 99);
        assertThat(part.getFeatures().getDouble(0, 0)).isEqualTo(99);
    }

    /** By hand: the top left square of the second channel of the second image is 24 + 16, 17, 20, 21. */
    @Test
    void reduced_takesTheMeanOfEachSquare() {
        DataSet part = new DataSet(Nd4j.arange(64).reshape('c', 2, 32), Nd4j.zeros(2, 2));
        LabelledData data = new LabelledData("d", part, part, part, AB, new ImageShape(2, 4, 4)).reduced(2);
        assertThat(data.image()).isEqualTo(new ImageShape(2, 2, 2));
        INDArray features = data.test().getFeatures();
        assertThat(features.shape()).containsExactly(2, 8);
        assertThat(features.getDouble(1, 4)).isEqualTo(32 + (16 + 17 + 20 + 21) / 4.0);
        assertThat(features.getDouble(0, 1)).isEqualTo((2 + 3 + 6 + 7) / 4.0);
        assertThatThrownBy(() -> data.reduced(3)).hasMessageContaining("the factor must divide");
        assertThatThrownBy(() -> new LabelledData("t", part, part, part, AB, null).reduced(2))
                .hasMessageContaining("no images");
    }

    @Test
    void limited_keepsTheFirstRowsAndForChoosing_hidesTheTestPart() {
        DataSet train = new DataSet(Nd4j.arange(12).reshape('c', 6, 2), Nd4j.zeros(6, 2));
        DataSet validation = new DataSet(Nd4j.ones(4, 2), Nd4j.zeros(4, 2));
        LabelledData data = new LabelledData("d", train, validation, part(3, 2, 2), AB, null).limited(5, 3);
        assertThat(data.train().getFeatures().ravel().toFloatVector()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(data.validation().numExamples()).isEqualTo(3);
        assertThat(data.test().numExamples()).isEqualTo(3);
        assertThat(data.forChoosing().test().getFeatures().meanNumber().doubleValue())
                .isEqualTo(1);
    }

    /** By hand: column 0 of the training part is 1, 3, so mean 2 and deviation 1; column 1 is constant, so only centred. */
    @Test
    void standardized_ofATable_usesTheTrainingPartAndSparesConstants() {
        Samples train = new Samples(new float[] {1, 7, 3, 7}, new int[] {0, 1});
        Samples other = new Samples(new float[] {5, 9}, new int[] {1});
        LabelledData data = Samples.standardized("d", train, other, other, AB, null);
        assertThat(data.train().getFeatures().toFloatMatrix()).isDeepEqualTo(new float[][] {{-1, 0}, {1, 0}});
        assertThat(data.test().getFeatures().toFloatMatrix()).isDeepEqualTo(new float[][] {{3, 2}});
        assertThat(data.test().getLabels().toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 1}});
        assertThatThrownBy(() -> new Samples(new float[3], new int[2]))
                .hasMessageContaining("3 feature values do not make rows for 2 labels");
    }

    /** 0.1 has no exact binary form: a mean that is off by its last bit would make a deviation of 1e-17 to divide by. */
    @Test
    void standardized_ofAConstantFraction_isNotBlownUp() {
        float[] constant = new float[1_000];
        Arrays.fill(constant, 0.1f);
        Samples train = new Samples(constant, new int[1_000]);
        Samples other = new Samples(new float[] {0.3f}, new int[1]);
        LabelledData data = Samples.standardized("d", train, other, other, List.of("a"), null);
        assertThat(data.test().getFeatures().getFloat(0, 0)).isEqualTo(0.3f - 0.1f);
    }
}
