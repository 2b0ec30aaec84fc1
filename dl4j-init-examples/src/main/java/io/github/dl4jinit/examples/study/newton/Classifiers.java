package io.github.dl4jinit.examples.study.newton;

import io.github.dl4jinit.examples.data.DataFolder;
import io.github.dl4jinit.examples.data.ImageShape;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Peaks;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.DenseNetwork;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The data sets and networks that Newton's method and Adam are compared on. */
enum Classifiers {
    MNIST(
            "MNIST",
            "The network of the authors' notebook, 784-128-10-10, ReLU; pixels from 0 to 1; 50,000 training images. 10,000"
                    + " others choose settings: the last of the official training part, in the notebook the first.") {
        @Override
        Parts parts(DataFolder folder) {
            return fromBlackToWhite(Parts.of(StoredData.MNIST.load(folder)));
        }

        @Override
        MultiLayerNetwork network(NeuralNetConfiguration.Builder shared) {
            return DenseNetwork.of(shared, 784).hidden(1, 128).hidden(1, 10).output(output(), 10);
        }
    },
    PEAKS(
            "Peaks",
            "MATLAB's peaks cut into five levels of equal height, 8,000 grid points, as many of each level; 2-32-32-5, ReLU.") {
        @Override
        Parts parts(DataFolder folder) {
            return new Parts(Peaks.draw(8000, 1), Peaks.draw(8000, 2), Peaks.draw(8000, 3));
        }

        @Override
        MultiLayerNetwork network(NeuralNetConfiguration.Builder shared) {
            return DenseNetwork.of(shared, 2).hidden(2, 32).output(output(), 5);
        }
    },
    CIFAR10(
            "CIFAR-10 subset, dense",
            "2,500 images to train on, 500 to choose settings by, 1,000 to test; 3072-128-32-10, ReLU.") {
        @Override
        Parts parts(DataFolder folder) {
            return Parts.of(StoredData.CIFAR10.load(folder));
        }

        @Override
        MultiLayerNetwork network(NeuralNetConfiguration.Builder shared) {
            return DenseNetwork.of(shared, 3072).hidden(1, 128).hidden(1, 32).output(output(), 10);
        }
    },
    CIFAR10_CONVOLUTIONAL(
            "CIFAR-10 subset, convolutional",
            "The same images; two 3x3 convolutions of 8 and 16 channels with stride 2, and 32 features, ReLU.") {
        @Override
        Parts parts(DataFolder folder) {
            LabelledData data = StoredData.CIFAR10.load(folder);
            return new Parts(data.asImages(data.train()), data.asImages(data.validation()), data.asImages(data.test()));
        }

        @Override
        MultiLayerNetwork network(NeuralNetConfiguration.Builder shared) {
            ImageShape image = new ImageShape(3, 32, 32);
            MultiLayerNetwork network = new MultiLayerNetwork(shared.convolutionMode(ConvolutionMode.Same)
                    .list()
                    .layer(new ConvolutionLayer.Builder(3, 3)
                            .stride(2, 2)
                            .nOut(8)
                            .build())
                    .layer(new ConvolutionLayer.Builder(3, 3)
                            .stride(2, 2)
                            .nOut(16)
                            .build())
                    .layer(new DenseLayer.Builder().nOut(32).build())
                    .layer(output().nOut(10).build())
                    .setInputType(InputType.convolutional(image.height(), image.width(), image.channels()))
                    .build());
            network.init();
            return network;
        }
    };

    private final String title;
    private final String text;

    Classifiers(String title, String text) {
        this.title = title;
        this.text = text;
    }

    String title() {
        return title;
    }

    String text() {
        return text;
    }

    /** To train on, to choose settings by, to report on. */
    record Parts(DataSet train, DataSet validation, DataSet test) {

        static Parts of(LabelledData data) {
            return new Parts(data.train(), data.validation(), data.test());
        }

        /** The first examples of each part. */
        Parts first(int most) {
            return new Parts(Rows.first(train, most), Rows.first(validation, most), Rows.first(test, most));
        }
    }

    abstract Parts parts(DataFolder folder);

    abstract MultiLayerNetwork network(NeuralNetConfiguration.Builder shared);

    /** Glorot's uniform weights, zero biases, no bias before the softmax: what the authors' code has. */
    MultiLayerNetwork network(long seed, double rate) {
        return network(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.FLOAT)
                .updater(new Adam(rate))
                .weightInit(WeightInit.XAVIER_UNIFORM)
                .activation(Activation.RELU));
    }

    private static OutputLayer.Builder output() {
        return DenseNetwork.softmax().hasBias(false);
    }

    /** Undoes the standardization, which is one shift and one factor for all pixels. */
    private static Parts fromBlackToWhite(Parts parts) {
        double black = parts.train().getFeatures().minNumber().doubleValue();
        double white = parts.train().getFeatures().maxNumber().doubleValue();
        for (DataSet part : List.of(parts.train(), parts.validation(), parts.test())) {
            part.getFeatures().subi(black).divi(white - black);
        }
        return parts;
    }
}
