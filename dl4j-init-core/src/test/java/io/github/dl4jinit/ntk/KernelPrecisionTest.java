package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Zero was told from noise by the epsilon of double precision, whatever a kernel was computed with. */
class KernelPrecisionTest {

    private static final int EXAMPLES = 60;

    /** A linear model of three inputs: its kernel x x' + 1 has rank 4, whatever the weights. */
    private static MultiLayerNetwork linear(DataType type) {
        return Networks.init(Networks.base(type)
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(3)
                        .nOut(1)
                        .build())
                .build());
    }

    private static INDArray kernel(DataType type, INDArray left, INDArray right) {
        return EmpiricalNtk.of(linear(type)).kernel(left.castTo(type), right.castTo(type));
    }

    /** It was 51. */
    @Test
    void rankOfAFloatKernel_isThatInDouble() {
        INDArray x = Networks.normal(1, DataType.DOUBLE, EXAMPLES, 3);
        KernelSpectrum inFloat = KernelSpectrum.of(kernel(DataType.FLOAT, x, x));
        assertThat(inFloat.rank()).isEqualTo(4);
        assertThat(inFloat.precision()).isEqualTo(DataType.FLOAT);
        assertThat(inFloat.condition()).isInfinite();
        assertThat(KernelSpectrum.of(kernel(DataType.DOUBLE, x, x)).rank()).isEqualTo(4);
    }

    /** Targets that the model cannot fit were fitted by noise: new examples were predicted worse than by their mean. */
    @Test
    void limitOfAFloatKernel_isThatInDouble() {
        INDArray x = Networks.normal(1, DataType.DOUBLE, EXAMPLES, 3);
        INDArray fresh = Networks.normal(2, DataType.DOUBLE, 20, 3);
        INDArray targets = x.sum(true, 1).add(Networks.normal(3, DataType.DOUBLE, EXAMPLES, 1));
        INDArray inFloat = limit(DataType.FLOAT, x, fresh, targets);
        INDArray inDouble = limit(DataType.DOUBLE, x, fresh, targets);
        assertThat(inFloat.sub(inDouble).amaxNumber().doubleValue()).isCloseTo(0, within(1e-3));
    }

    private static INDArray limit(DataType type, INDArray x, INDArray fresh, INDArray targets) {
        KernelRegression regression =
                KernelRegression.of(kernel(type, x, x), targets.mul(0), targets, KernelRegression.Loss.MSE);
        assertThat(regression.spectrum().rank()).isEqualTo(4);
        assertThat(regression.relativeError()).isLessThan(1e-4);
        return regression.predict(kernel(type, fresh, x), fresh.sum(true, 1).muli(0), Double.POSITIVE_INFINITY);
    }

    /** Two examples that are almost one: what the network would learn of their difference, FLOAT does not carry. */
    @Test
    void nearlySingularKernel_saysHowFarToTrustIt() {
        INDArray x = Networks.normal(1, DataType.DOUBLE, 2, 3);
        x.putRow(1, x.getRow(0).add(1e-3));
        INDArray targets = Networks.normal(3, DataType.DOUBLE, 2, 1);
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            KernelRegression regression =
                    KernelRegression.of(kernel(type, x, x), targets.mul(0), targets, KernelRegression.Loss.MSE);
            assertThat(regression.relativeError() > 1e-2
                            || regression.spectrum().rank() < 2)
                    .as("%s", type)
                    .isEqualTo(type == DataType.FLOAT);
        }
    }
}
