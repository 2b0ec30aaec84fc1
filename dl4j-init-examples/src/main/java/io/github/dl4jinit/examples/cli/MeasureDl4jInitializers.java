package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.audit.InitAudit;
import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;

/**
 * Prints DL4J's own initializers measured against their names, as two Markdown tables: every scheme on a dense layer, and one scheme on
 * every kind of layer. Each row builds the real network, initializes it and measures its weights; beside it stands what
 * {@link InitAudit} predicted from the configuration alone.
 */
public final class MeasureDl4jInitializers {
    private static final int SEED = 12345;

    private MeasureDl4jInitializers() {}

    /**
     * Prints both tables.
     *
     * @param args none
     */
    public static void main(String[] args) {
        System.out.println("Dense layer, fanIn 1000, fanOut 500: 500,000 weights, float, seed " + SEED + ".");
        System.out.println();
        System.out.println("| scheme | promised variance | measured / promised | standard error | audit |");
        System.out.println("|---|---|---|---|---|");
        schemes().forEach((name, scheme) -> row("| " + name, dense(scheme)));
        System.out.println("| ZERO, ONES, IDENTITY | nothing random | - | - | - |");
        System.out.println("| OrthogonalDistribution | not run here: it ends the JVM | - | - | - |");
        System.out.println();
        System.out.println(
                "WeightInit.RELU (2 / fanIn) and XAVIER (2 / (fanIn + fanOut)) on other layers: what DL4J passes decides.");
        System.out.println();
        System.out.println(
                "| layer | weight | promised variance | measured / promised | standard error | audit | because |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (WeightInit scheme : List.of(WeightInit.RELU, WeightInit.XAVIER)) {
            layers(scheme).forEach((name, layer) -> row("| " + scheme + ", " + name, layer));
        }
    }

    private static Map<String, IWeightInit> schemes() {
        Map<String, IWeightInit> schemes = new LinkedHashMap<>();
        for (WeightInit scheme : WeightInit.values()) {
            switch (scheme) {
                case ZERO, ONES, IDENTITY, DISTRIBUTION -> {}
                default -> schemes.put(scheme.name(), scheme.getWeightInitFunction());
            }
        }
        schemes.put("NormalDistribution(0, 0.03)", new WeightInitDistribution(new NormalDistribution(0, 0.03)));
        schemes.put("UniformDistribution(-0.1, 0.1)", new WeightInitDistribution(new UniformDistribution(-0.1, 0.1)));
        schemes.put(
                "TruncatedNormalDistribution(0, 0.03)",
                new WeightInitDistribution(new TruncatedNormalDistribution(0, 0.03)));
        return schemes;
    }

    private static Layer dense(IWeightInit scheme) {
        return new DenseLayer.Builder().nIn(1000).nOut(500).weightInit(scheme).build();
    }

    private static Map<String, Layer> layers(WeightInit scheme) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put(
                "Convolution1D, 5 taps",
                new Convolution1DLayer.Builder(5)
                        .nIn(200)
                        .nOut(300)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "ConvolutionLayer, 3 x 3, stride 2",
                new ConvolutionLayer.Builder(3, 3)
                        .stride(2, 2)
                        .nIn(150)
                        .nOut(200)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "Convolution3D, 3 x 3 x 3",
                new Convolution3D.Builder(3, 3, 3)
                        .nIn(80)
                        .nOut(100)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "Deconvolution2D, 3 x 3, stride 2",
                new Deconvolution2D.Builder(3, 3)
                        .stride(2, 2)
                        .nIn(150)
                        .nOut(200)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "Deconvolution3D, 3 x 3 x 3",
                new Deconvolution3D.Builder()
                        .kernelSize(3, 3, 3)
                        .nIn(80)
                        .nOut(100)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "DepthwiseConvolution2D, 5 x 5, multiplier 50",
                new DepthwiseConvolution2D.Builder(5, 5)
                        .depthMultiplier(50)
                        .nIn(100)
                        .nOut(5000)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "SeparableConvolution2D, 5 x 5, multiplier 30",
                new SeparableConvolution2D.Builder(5, 5)
                        .depthMultiplier(30)
                        .nIn(100)
                        .nOut(50)
                        .weightInit(scheme)
                        .build());
        layers.put(
                "LSTM, 100 to 300",
                new LSTM.Builder().nIn(100).nOut(300).weightInit(scheme).build());
        layers.put(
                "SimpleRnn, 300 to 500",
                new SimpleRnn.Builder().nIn(300).nOut(500).weightInit(scheme).build());
        layers.put(
                "EmbeddingLayer, 5000 words",
                new EmbeddingLayer.Builder()
                        .nIn(5000)
                        .nOut(100)
                        .weightInit(scheme)
                        .build());
        return layers;
    }

    private static void row(String start, Layer layer) {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .list()
                .layer(layer)
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        boolean dense = layer instanceof DenseLayer;
        for (WeightAudit weight : InitAudit.of(configuration).weights()) {
            float[] draws =
                    network.getParam("0_" + weight.parameter()).dup().data().asFloat();
            double square = 0;
            double fourth = 0;
            for (float w : draws) {
                double s = (double) w * w;
                square += s / draws.length;
                fourth += s * s / draws.length;
            }
            double error = Math.sqrt((fourth - square * square) / draws.length);
            System.out.printf(
                    Locale.ROOT,
                    "%s%s | %.3g | %.3f | %.3f | %.3f |%s%n",
                    start,
                    dense ? "" : " | " + weight.parameter(),
                    weight.promised(),
                    square / weight.promised(),
                    error / weight.promised(),
                    weight.factor(),
                    dense ? "" : " " + String.join("; ", weight.reasons()) + " |");
        }
    }
}
