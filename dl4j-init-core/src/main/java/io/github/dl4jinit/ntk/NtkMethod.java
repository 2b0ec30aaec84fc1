package io.github.dl4jinit.ntk;

/**
 * How an empirical kernel is computed. Costs are for n1 by n2 examples, c outputs and p parameters; F is a forward pass of one
 * example. The trace kernel is computed like the full one, with products that are c times smaller.
 */
public enum NtkMethod {
    /** {@link #STRUCTURED} wherever every layer allows it, else {@link #JACOBIAN}: both are the same sum, in another order. */
    AUTO,
    /**
     * The derivatives of every output for every example, one backward pass each, and their products. Always right.
     *
     * <p>Time: (n1 + n2) c backward passes of single examples, and 2 n1 n2 c^2 p operations (trace: c p). Memory: c p numbers for each
     * example of a tile.
     */
    JACOBIAN,
    /**
     * Layer by layer: one forward pass, one backward pass of all outputs together, and products of what layers get and what flows back
     * to them.
     *
     * <p>Time: (n1 + n2) (1 + c) F; for each dense layer of i inputs and o outputs 2 n1 n2 (i + c^2 o) operations (trace: i + c o) in place
     * of c^2 i o. Convolutions and recurrent layers have P positions: either each example's derivative is formed, 2 (n1 + n2) c P i o
     * operations, and multiplied, 2 n1 n2 c^2 i o, or P^2 products as for a dense layer are added, whichever is less. Other layers
     * have a backward pass of their own for each example and output. Memory: inputs and c times outputs of all layers for each example
     * of a tile, or a layer's derivatives where they are fewer numbers; and what the passes for some examples need, up to 128 MB of which stay
     * with the thread.
     *
     * <p>Source: R. Novak, J. Sohl-Dickstein, S. S. Schoenholz, "Fast finite width neural tangent kernel" (2022), "structured
     * derivatives"; the choice per layer is ours.
     */
    STRUCTURED,
    /**
     * An estimate from random directions in parameter space: m numbers for each example and output in place of p.
     *
     * <p>Time: 2 m (n1 + n2) F, in double precision, and 2 n1 n2 c^2 m operations. Memory: m c numbers for each example. Each entry is
     * unbiased up to the difference quotient's error (about 1e-8 of it for smooth activations; kinks add more), with variance
     * (K_aa K_bb + K_ab^2) / m.
     *
     * <p>Source: Johnson-Lindenstrauss projections; the directional derivatives by central differences are ours.
     */
    PROJECTION
}
