package io.github.dl4jinit.contract;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * What runs along a wire of a random network, for one example.
 *
 * @param domain which kind of thing
 * @param channels of each position; of words, the size of the vocabulary
 * @param rows height of an image, or time steps
 * @param columns width of an image, else 1
 */
record Signal(Domain domain, int channels, int rows, int columns) {

    /** The kinds of things that layers take. */
    enum Domain {
        VECTOR,
        SERIES,
        IMAGE,
        /** One index. */
        WORD,
        /** An index at each time step. */
        SENTENCE
    }

    Signal {
        if (channels < 1 || rows < 1 || columns < 1) {
            throw new DoesNotFit("nothing is left of " + domain);
        }
    }

    static Signal vector(int channels) {
        return new Signal(Domain.VECTOR, channels, 1, 1);
    }

    boolean isSeries() {
        return domain == Domain.SERIES || domain == Domain.SENTENCE;
    }

    Signal withChannels(int other) {
        return new Signal(domain, other, rows, columns);
    }

    Signal withSize(int otherRows, int otherColumns) {
        return new Signal(domain, channels, otherRows, otherColumns);
    }

    int size() {
        return channels * rows * columns;
    }

    InputType type(boolean channelsLast, boolean flat) {
        return switch (domain) {
            case VECTOR, WORD -> InputType.feedForward(channels);
            case SERIES, SENTENCE -> InputType.recurrent(channels, rows, channelsLast ? RNNFormat.NWC : RNNFormat.NCW);
            case IMAGE ->
                flat
                        ? InputType.convolutionalFlat(rows, columns, channels)
                        : InputType.convolutional(
                                rows, columns, channels, channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
        };
    }

    long[] shape(int examples, boolean channelsLast, boolean flat) {
        return switch (domain) {
            case VECTOR -> new long[] {examples, channels};
            case WORD -> new long[] {examples, 1};
            case SENTENCE -> new long[] {examples, rows};
            case SERIES -> channelsLast ? new long[] {examples, rows, channels} : new long[] {examples, channels, rows};
            case IMAGE -> {
                if (flat) {
                    yield new long[] {examples, size()};
                }
                yield channelsLast
                        ? new long[] {examples, rows, columns, channels}
                        : new long[] {examples, channels, rows, columns};
            }
        };
    }

    /** A description of which no network can be made. */
    static final class DoesNotFit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DoesNotFit(String why) {
            super(why);
        }
    }
}
