package io.github.dl4jinit.internal.linalg;

/**
 * A factorization that has no result: LAPACK reported a failure (the message names the routine, its sizes and what its
 * {@code info} means), or the native library was found to give wrong results (the message names the remedy).
 */
public final class LinalgException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LinalgException(String message) {
        super(message);
    }

    LinalgException(String message, Throwable cause) {
        super(message, cause);
    }
}
