/**
 * Physics-informed networks for linear differential equations of first order, solved for their output layer as in {@link
 * io.github.dl4jinit.trainer}. Enter at {@link io.github.dl4jinit.trainer.pde.PhysicsInformedTrainer}.
 */
@NullMarked
package io.github.dl4jinit.trainer.pde;

import org.jspecify.annotations.NullMarked;
