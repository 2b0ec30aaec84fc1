/**
 * Trainers that solve for the output layer and leave the hidden layers to the network's own updater: a network is a basis
 * and a projection.
 *
 * <p>Entry points: {@link io.github.dl4jinit.trainer.LeastSquaresTrainer} for regression and {@link
 * io.github.dl4jinit.trainer.NewtonTrainer} for classification.
 */
@NullMarked
package io.github.dl4jinit.trainer;

import org.jspecify.annotations.NullMarked;
