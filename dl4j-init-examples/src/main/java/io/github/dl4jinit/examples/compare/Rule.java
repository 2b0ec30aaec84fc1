package io.github.dl4jinit.examples.compare;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The update rules to train with. */
public enum Rule {
    /** Plain stochastic gradient descent: nothing in it mends a bad start. */
    SGD {
        @Override
        IUpdater updater(double rate) {
            return new Sgd(rate);
        }
    },
    /** Nesterov's momentum, 0.9. */
    NESTEROV {
        @Override
        IUpdater updater(double rate) {
            return new Nesterovs(rate, 0.9);
        }
    },
    /** Adam, which rescales each gradient and so hides part of a bad start. */
    ADAM {
        @Override
        IUpdater updater(double rate) {
            return new Adam(rate);
        }
    };

    abstract IUpdater updater(double rate);
}
