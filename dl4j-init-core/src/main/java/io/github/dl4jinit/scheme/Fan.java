package io.github.dl4jinit.scheme;

import org.apiguardian.api.API;

/** Which count of connections a variance is divided by. */
@API(status = API.Status.STABLE, since = "0.1")
public enum Fan {
    /** The terms that one output sums over: keeps the signal's variance on the way forward. */
    IN,
    /** The outputs that one input feeds: keeps the gradient's variance on the way back. */
    OUT,
    /** The mean of the two: the compromise of Glorot and Bengio. */
    AVERAGE;

    /**
     * This fan of a weight.
     *
     * @param shape the weight
     * @return the fan, greater than 0
     */
    public double of(WeightShape shape) {
        return switch (this) {
            case IN -> shape.fanIn();
            case OUT -> shape.fanOut();
            case AVERAGE -> (shape.fanIn() + shape.fanOut()) / 2;
        };
    }
}
