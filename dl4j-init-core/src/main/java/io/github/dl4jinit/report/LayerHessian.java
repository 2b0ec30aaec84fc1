package io.github.dl4jinit.report;

/**
 * The block of a Hessian that belongs to one layer.
 *
 * @param name DL4J's name of the layer
 * @param kind class of the layer's configuration
 * @param parameters how many parameters
 * @param norm spectral norm of the block: its largest eigenvalue by absolute value
 * @param residual bound of the norm's error by the Lanczos process
 */
public record LayerHessian(String name, String kind, long parameters, double norm, double residual) {}
