/**
 * Dense linear algebra on OpenBLAS's LAPACK, in FLOAT and DOUBLE, on ND4J arrays: {@link io.github.dl4jinit.internal.linalg.Qr},
 * {@link io.github.dl4jinit.internal.linalg.Svd}, {@link io.github.dl4jinit.internal.linalg.SymmetricEigen}, {@link
 * io.github.dl4jinit.internal.linalg.LeastSquares}, {@link io.github.dl4jinit.internal.linalg.Cholesky}, and {@link
 * io.github.dl4jinit.internal.linalg.Haar}, which samples orthogonal matrices.
 *
 * <p>Each is a record with a static factory: {@code Svd svd = Svd.thin(a)}. Inputs are any rank-2 arrays, of either order,
 * views included, and are never modified; LAPACK works in the one copy that becomes the result. Everything may be called
 * from several threads.
 *
 * <p>Before the first factorization of each kind and precision in a process, a small one is checked against its definition,
 * because the OpenBLAS that Deeplearning4j 1.0.0-M2.1 brings gives wrong results on some processors without a word. A process
 * with such a library gets a {@link io.github.dl4jinit.internal.linalg.LinalgException} that names the remedy.
 */
@NullMarked
package io.github.dl4jinit.internal.linalg;

import org.jspecify.annotations.NullMarked;
