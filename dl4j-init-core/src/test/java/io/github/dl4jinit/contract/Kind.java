package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.Signal.DoesNotFit;
import io.github.dl4jinit.contract.Signal.Domain;
import io.github.dl4jinit.contract.Twist.Group;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.activations.Activation;

/** A layer that random networks are made of: what it takes, what comes out, and how DL4J builds it. */
@SuppressWarnings({
    "deprecation", // Graves LSTMs are deprecated, and in use.
    "ImmutableEnumChecker" // Functions without state.
})
enum Kind {
    DENSE(
            EnumSet.of(Domain.VECTOR, Domain.SERIES, Domain.IMAGE),
            (in, width) -> in.domain() == Domain.IMAGE ? Signal.vector(width) : in.withChannels(width),
            Traits.WEIGHTS.and(Group.ACTIVATION, Group.NORMALIZATION, Group.WRAPPER),
            making -> new DenseLayer.Builder().nOut(making.out())),
    ELEMENTWISE(
            Traits.VECTORS,
            Traits.SAME,
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new ElementWiseMultiplicationLayer.Builder()
                    .nIn(making.out())
                    .nOut(making.out())),
    AUTOENCODER(
            Traits.VECTORS,
            Signal::withChannels,
            new Traits(Set.of(Group.ACTIVATION, Group.NOISE, Group.START, Group.BIAS)),
            making -> new AutoEncoder.Builder().nOut(making.out())),
    EMBEDDING(
            EnumSet.of(Domain.WORD),
            (in, width) -> Signal.vector(width),
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new EmbeddingLayer.Builder().nIn(making.in().channels()).nOut(making.out())),
    EMBEDDING_SEQUENCE(
            EnumSet.of(Domain.SENTENCE),
            (in, width) -> new Signal(Domain.SERIES, width, in.rows(), 1),
            Traits.WEIGHTS,
            making -> new EmbeddingSequenceLayer.Builder()
                    .nIn(making.in().channels())
                    .nOut(making.out())
                    .inputLength(making.in().rows())
                    .outputDataFormat(making.series())),
    PRELU(EnumSet.of(Domain.VECTOR, Domain.IMAGE), Traits.SAME, Traits.FROZEN, making -> new PReLULayer.Builder()
            .inputShape(making.shape())),
    BATCH_NORM(EnumSet.of(Domain.VECTOR, Domain.IMAGE), Traits.SAME, Traits.FROZEN, making -> {
        BatchNormalization.Builder builder = new BatchNormalization.Builder();
        return making.in().domain() == Domain.IMAGE ? builder.dataFormat(making.images()) : builder;
    }),
    ACTIVATION(Traits.NUMBERS, Traits.SAME, Traits.PLAIN, making -> new ActivationLayer.Builder()
            .activation(Activation.RELU)),
    SOFTSIGN_LAYER(Traits.NUMBERS, Traits.SAME, Traits.PLAIN, making -> new ActivationLayer.Builder()
            .activation(Activation.SOFTSIGN)),
    DROPOUT_LAYER(Traits.NUMBERS, Traits.SAME, Traits.PLAIN, making -> new DropoutLayer.Builder(0.7)),
    REPEAT(
            Traits.VECTORS,
            (in, width) -> new Signal(Domain.SERIES, in.channels(), 3, 1),
            Traits.PLAIN,
            making -> new RepeatVector.Builder<>(3).dataFormat(making.series())),

    LSTM(
            Traits.SERIES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION, Group.WRAPPER),
            making -> new LSTM.Builder().nOut(making.out()).dataFormat(making.series())),
    GRAVES_LSTM(
            Traits.SERIES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION, Group.WRAPPER),
            making -> new GravesLSTM.Builder().nOut(making.out()).dataFormat(making.series())),
    SIMPLE_RNN(
            Traits.SERIES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION, Group.WRAPPER),
            making -> new SimpleRnn.Builder().nOut(making.out()).dataFormat(making.series())),
    CONV_1D(
            Traits.SERIES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new Convolution1DLayer.Builder(2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(making.out())
                    .rnnDataFormat(making.series())),
    POOL_1D(
            Traits.SERIES,
            (in, width) -> in.withSize(half(in.rows()), 1),
            Traits.PLAIN,
            making -> new Subsampling1DLayer.Builder(SubsamplingLayer.PoolingType.MAX, 2, 2)
                    .convolutionMode(ConvolutionMode.Same)),
    UPSAMPLE_1D(
            Traits.SERIES,
            (in, width) -> in.withSize(2 * in.rows(), 1),
            Traits.PLAIN,
            making -> new Upsampling1D.Builder(2)),
    ATTENTION(Traits.SERIES, Signal::withChannels, Traits.PLAIN, making -> new SelfAttentionLayer.Builder()
            .nHeads(2)
            .headSize(2)
            .projectInput(true)
            .nOut(making.out())),
    LOCAL_1D(
            Traits.SERIES,
            (in, width) -> new Signal(Domain.SERIES, width, in.rows() - 1, 1),
            Traits.PLAIN,
            making -> new LocallyConnected1D.Builder().kernelSize(2).nOut(making.out())),
    LAST_LSTM(
            Traits.SERIES,
            (in, width) -> Signal.vector(width),
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new LSTM.Builder().nOut(making.out()).dataFormat(making.series())),

    CONV(
            Traits.IMAGES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new ConvolutionLayer.Builder(3, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(making.out())
                    .dataFormat(making.images())),
    CONV_STRIDED(
            Traits.IMAGES,
            (in, width) -> in.withChannels(width).withSize(half(in.rows()), half(in.columns())),
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new ConvolutionLayer.Builder(2, 2)
                    .stride(2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(making.out())
                    .dataFormat(making.images())),
    DECONV(
            Traits.IMAGES,
            (in, width) -> in.withChannels(width).withSize(in.rows() + 1, in.columns() + 1),
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new Deconvolution2D.Builder(2, 2).nOut(making.out()).dataFormat(making.images())),
    DEPTHWISE(
            Traits.IMAGES,
            (in, width) -> in.withChannels(2 * in.channels()),
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new DepthwiseConvolution2D.Builder(2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .depthMultiplier(2)
                    .nOut(making.out())
                    .dataFormat(making.images())),
    SEPARABLE(
            Traits.IMAGES,
            Signal::withChannels,
            Traits.WEIGHTS.and(Group.ACTIVATION),
            making -> new SeparableConvolution2D.Builder(2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(making.out())
                    .dataFormat(making.images())),
    LOCAL_2D(
            Traits.IMAGES,
            (in, width) -> new Signal(Domain.IMAGE, width, in.rows() - 1, in.columns() - 1),
            Traits.PLAIN,
            making -> new LocallyConnected2D.Builder()
                    .kernelSize(2, 2)
                    .nOut(making.out())
                    .dataFormat(making.images())),
    POOL(
            Traits.IMAGES,
            (in, width) -> in.withSize(half(in.rows()), half(in.columns())),
            Traits.PLAIN,
            making -> new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(making.images())),
    UPSAMPLE(
            Traits.IMAGES,
            (in, width) -> in.withSize(2 * in.rows(), 2 * in.columns()),
            Traits.PLAIN,
            making -> new Upsampling2D.Builder(2).dataFormat(making.images())),
    PAD(
            Traits.IMAGES,
            (in, width) -> in.withSize(in.rows() + 2, in.columns() + 2),
            Traits.PLAIN,
            making -> new ZeroPaddingLayer.Builder(1, 1).dataFormat(making.images())),
    LOCAL_RESPONSE(Traits.IMAGES, Traits.SAME, Traits.PLAIN, making -> new LocalResponseNormalization.Builder()
            .dataFormat(making.images())),
    POOL_ALL(
            EnumSet.of(Domain.SERIES, Domain.IMAGE),
            (in, width) -> Signal.vector(in.channels()),
            Traits.PLAIN,
            making -> new GlobalPoolingLayer.Builder(PoolingType.AVG)),
    POOL_ALL_MAX(
            EnumSet.of(Domain.SERIES, Domain.IMAGE),
            (in, width) -> Signal.vector(in.channels()),
            Traits.PLAIN,
            making -> new GlobalPoolingLayer.Builder(PoolingType.MAX));

    /**
     * What is known when a layer is built.
     *
     * @param in what comes in, for one example
     * @param out channels that come out
     * @param channelsLast the layout of the whole network
     */
    record Making(Signal in, int out, boolean channelsLast) {

        RNNFormat series() {
            return channelsLast ? RNNFormat.NWC : RNNFormat.NCW;
        }

        CNN2DFormat images() {
            return channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
        }

        long[] shape() {
            long[] withExamples = in.shape(1, channelsLast, false);
            return java.util.Arrays.copyOfRange(withExamples, 1, withExamples.length);
        }
    }

    /** Groups of twists. */
    private record Traits(Set<Group> groups) {

        static final Set<Domain> VECTORS = EnumSet.of(Domain.VECTOR);
        static final Set<Domain> SERIES = EnumSet.of(Domain.SERIES);
        static final Set<Domain> IMAGES = EnumSet.of(Domain.IMAGE);
        static final Set<Domain> NUMBERS = EnumSet.of(Domain.VECTOR, Domain.SERIES, Domain.IMAGE);
        static final BiFunction<Signal, Integer, Signal> SAME = (in, width) -> in;
        static final Traits WEIGHTS = new Traits(Twist.OF_WEIGHTS);
        static final Traits FROZEN = new Traits(Set.of(Group.FROZEN));
        static final Traits PLAIN = new Traits(Set.of());

        Traits and(Group... more) {
            Set<Group> all = EnumSet.copyOf(groups);
            all.addAll(Set.of(more));
            return new Traits(all);
        }
    }

    private final Set<Domain> domains;
    private final BiFunction<Signal, Integer, Signal> out;
    private final Traits traits;
    private final Function<Making, Layer.Builder<?>> builder;

    Kind(
            Set<Domain> domains,
            BiFunction<Signal, Integer, Signal> out,
            Traits traits,
            Function<Making, Layer.Builder<?>> builder) {
        this.domains = domains;
        this.out = out;
        this.traits = traits;
        this.builder = builder;
    }

    private static int half(int length) {
        return (length + 1) / 2;
    }

    boolean takes(Domain domain) {
        return domains.contains(domain);
    }

    Set<Group> twists() {
        return traits.groups();
    }

    /** Whether the width of a description makes a difference. */
    boolean hasWidth() {
        Signal in = new Signal(domains.iterator().next(), 3, 5, 5);
        return !out.apply(in, 3).equals(out.apply(in, 4));
    }

    Signal after(Signal in, int width) {
        if (!takes(in.domain())) {
            throw new DoesNotFit(this + " takes no " + in.domain());
        }
        return out.apply(in, width == 0 ? in.channels() : width);
    }

    Layer layer(Making making, Set<Twist> twists) {
        Domain domain = making.in().domain();
        for (Twist twist : twists) {
            boolean fits = traits.groups().contains(twist.group())
                    && switch (twist) {
                        case TIME_DISTRIBUTED -> this == DENSE && domain == Domain.SERIES;
                        case BIDIRECTIONAL, BIDIRECTIONAL_MEAN, MASK_ZERO -> this != DENSE;
                        case SPATIAL_DROPOUT -> domain != Domain.VECTOR;
                        default -> true;
                    };
            if (!fits) {
                throw new DoesNotFit(this + " cannot be " + twist);
            }
        }
        return Twist.build(
                builder.apply(making), this == LAST_LSTM ? LastTimeStep::new : UnaryOperator.identity(), twists);
    }
}
