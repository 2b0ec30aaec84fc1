package io.github.dl4jinit.examples.compare;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The update rules to train with. */
public enum Rule {
    /** Plain stochastic gradient descent: nothing in it mends a bad start. */
    SGD(0.05) {
        @Override
        IUpdater updater(double rate) {
            return new Sgd(rate);
        }
    },
    /** Nesterov's momentum, 0.9. */
    NESTEROV(0.005) {
        @Override
        IUpdater updater(double rate) {
            return new Nesterovs(rate, 0.9);
        }
    },
    /** Adam, which rescales each gradient and so hides part of a bad start. */
    ADAM(0.001) {
        @Override
        IUpdater updater(double rate) {
            return new Adam(rate);
        }
    };

    private final double usualRate;

    Rule(double usualRate) {
        this.usualRate = usualRate;
    }

    /**
     * The learning rate to use if none is asked for.
     *
     * @return a rate at which plain networks of moderate depth train
     */
    public double usualRate() {
        return usualRate;
    }

    abstract IUpdater updater(double rate);
}
