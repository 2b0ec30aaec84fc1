package io.github.dl4jinit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelSpectrum;
import io.github.dl4jinit.report.HessianReport;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Eigenvalues of 1e4 were reported where the curvature on both sides of a kink is below 20, with a residual of 1e-27. */
class HessianKinksTest {

    private static final HessianSpectrum SPECTRUM = new HessianSpectrum(1, 10, 2, 5);

    private static MultiLayerNetwork relu(double bias) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .l2(0)
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).biasInit(bias).build())
                .layer(output(6))
                .build());
    }

    private static OutputLayer output(int inputs) {
        return new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(inputs)
                .nOut(2)
                .build();
    }

    /** Half of the examples are nothing but zeros. */
    private static MultiDataSet halfZero() {
        INDArray features = Networks.normal(1, DataType.DOUBLE, 8, 4);
        features.get(NDArrayIndex.interval(0, 4), NDArrayIndex.all()).assign(0);
        return new MultiDataSet(features, Networks.normal(2, DataType.DOUBLE, 8, 2));
    }

    @Test
    void reluAtExactlyZero_isCalledAKink() {
        HessianReport report = SPECTRUM.measure(relu(0), halfZero());
        assertThat(Math.abs(report.spectrum().eigenvalues().get(0))).isGreaterThan(1000);
        assertThat(report.hasKinks()).isTrue();
        assertThat(report.spectrum().stepDependence()).isGreaterThan(0.1);
        assertThat(report.layers().get(0).stepDependence()).isGreaterThan(0.1);
        assertThat(report.toText()).contains("kinks").contains("Gauss-Newton");
    }

    @Test
    void reluAwayFromZero_hasNoKinks() {
        HessianReport report = SPECTRUM.measure(relu(0.3), halfZero());
        assertThat(Math.abs(report.spectrum().eigenvalues().get(0))).isLessThan(20);
        assertThat(report.hasKinks()).isFalse();
        assertThat(report.spectrum().stepDependence()).isLessThan(1e-5);
        assertThat(report.toText()).doesNotContain("kinks");
    }

    /** What the documentation names as the remedy: for a linear model the Gauss-Newton part is the Hessian. */
    @Test
    void gaussNewtonSpectrum_isThatOfTheKernel() {
        MultiLayerNetwork network = Networks.init(
                Networks.base(DataType.DOUBLE).l2(0).list().layer(output(4)).build());
        MultiDataSet batch = halfZero();
        INDArray features = batch.getFeatures(0);
        double kernel = KernelSpectrum.of(EmpiricalNtk.of(network).fullKernel(features, features))
                .largest();
        double hessian =
                SPECTRUM.measure(network, batch).spectrum().eigenvalues().get(0);
        assertThat(kernel * 2 / (8 * 2)).isCloseTo(hessian, Offset.offset(1e-6 * hessian));
    }
}
