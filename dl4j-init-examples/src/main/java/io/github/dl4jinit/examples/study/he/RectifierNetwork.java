package io.github.dl4jinit.examples.study.he;

import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A plain dense network of rectifiers, of which {@link HeStudy} sees the responses: dense layers without activation, each with its
 * rectifier after it.
 *
 * @param rectifier after each dense layer
 * @param weights law of the weights of every hidden layer
 * @param widths number of inputs, then units of each hidden layer
 */
record RectifierNetwork(Rectifier rectifier, VarianceScaling weights, List<Integer> widths) {

    private static final int EXAMPLES = 32;

    /** Deviation of the targets: beside them the outputs are nothing, so that what goes back does not depend on what came forward. */
    private static final double TARGETS = 1000;

    /** Rectifiers by their slope below zero. */
    enum Rectifier {
        RELU("ReLU", 0) {
            @Override
            Layer layer(int width) {
                return new ActivationLayer(new ActivationReLU());
            }
        },
        LEAKY("leaky ReLU, slope 0.1", 0.1) {
            @Override
            Layer layer(int width) {
                return new ActivationLayer(new ActivationLReLU(slope()));
            }
        },
        PRELU("PReLU, slopes 0.25", 0.25) {
            @Override
            Layer layer(int width) {
                PReLULayer layer = new PReLULayer.Builder()
                        .nIn(width)
                        .nOut(width)
                        .inputShape(width)
                        .build();
                layer.setWeightInitFn(new WeightInitConstant(slope()));
                return layer;
            }
        };

        private final String title;
        private final double slope;

        Rectifier(String title, double slope) {
            this.title = title;
            this.slope = slope;
        }

        String title() {
            return title;
        }

        double slope() {
            return slope;
        }

        abstract Layer layer(int width);
    }

    /**
     * What one layer's responses and their gradients are.
     *
     * @param response variance of the pre-activations over examples and units
     * @param gradient variance of the gradient with respect to them
     */
    record Variances(double response, double gradient) {}

    int depth() {
        return widths.size() - 1;
    }

    /** Variances of all hidden layers for standard-normal inputs, large random targets and a squared loss. */
    List<Variances> measure(long seed) {
        MultiLayerNetwork network = build(seed);
        Nd4j.getRandom().setSeed(seed);
        DataSet batch = new DataSet(
                Nd4j.randn(DataType.DOUBLE, EXAMPLES, widths.get(0)),
                Nd4j.randn(DataType.DOUBLE, EXAMPLES, widths.get(depth())).muli(TARGETS));
        List<ProbeReport.Layer> layers =
                new Probe(true, 0, 1).measure(network, batch).layers();
        return IntStream.range(0, depth())
                .mapToObj(i -> layers.get(2 * i))
                .map(probe -> new Variances(
                        probe.outputs().moments().variance(),
                        Objects.requireNonNull(probe.derivatives().gradient()).variance()))
                .toList();
    }

    private MultiLayerNetwork build(long seed) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list();
        for (int i = 0; i < depth(); i++) {
            DenseLayer dense = new DenseLayer.Builder()
                    .nIn(widths.get(i))
                    .nOut(widths.get(i + 1))
                    .build();
            dense.setWeightInitFn(weights);
            list.layer(dense).layer(rectifier.layer(widths.get(i + 1)));
        }
        int last = widths.get(depth());
        OutputLayer output = new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(last)
                .nOut(last)
                .build();
        output.setWeightInitFn(VarianceScaling.lecunNormal());
        MultiLayerNetwork network = new MultiLayerNetwork(list.layer(output).build());
        network.init();
        return network;
    }

    /** He et al.: each layer after the first multiplies the variance of the responses by half of (1 + slope^2) fanIn Var(w). */
    double predictedForward() {
        return predicted(true);
    }

    /** The same for gradients, from the last layer to the first: half of (1 + slope^2) fanOut Var(w). */
    double predictedBackward() {
        return predicted(false);
    }

    private double predicted(boolean forward) {
        double product = 1;
        for (int i = 1; i < depth(); i++) {
            int in = widths.get(i);
            int out = widths.get(i + 1);
            double fan = weights.fan() == Fan.IN ? in : weights.fan() == Fan.OUT ? out : (in + out) / 2.0;
            double slope = rectifier.slope();
            product *= (1 + slope * slope) / 2 * (forward ? in : out) * weights.scale() / fan;
        }
        return product;
    }
}
