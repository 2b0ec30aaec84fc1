package io.github.dl4jinit.examples.compare;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The update rules to train with. */
public enum UpdateRule {
    /** Plain stochastic gradient descent: nothing in it makes up for a bad start. */
    SGD("SGD", 0.05) {
        @Override
        IUpdater updater(double rate) {
            return new Sgd(rate);
        }
    },
    /** Nesterov's momentum, 0.9. */
    NESTEROV("Nesterov momentum 0.9", 0.005) {
        @Override
        IUpdater updater(double rate) {
            return new Nesterovs(rate, 0.9);
        }
    },
    /** Adam, which rescales each gradient and so hides part of a bad start. */
    ADAM("Adam", 0.001) {
        @Override
        IUpdater updater(double rate) {
            return new Adam(rate);
        }
    };

    private final String title;
    private final double usualRate;

    UpdateRule(String title, double usualRate) {
        this.title = title;
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

    /** The name in prose. */
    String title() {
        return title;
    }

    abstract IUpdater updater(double rate);
}
