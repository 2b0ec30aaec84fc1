package io.github.dl4jinit.examples.data;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Data that cannot be had or read. The message names the file (and the line, if it has lines) and the remedy. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DataException(String message) {
        super(message);
    }

    DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A file of a known set that is not what it should be. */
    static DataException damaged(Path file, String what) {
        return new DataException(damage(file, what));
    }

    static DataException damaged(Path file, String what, Throwable cause) {
        return new DataException(damage(file, what), cause);
    }

    /** A file that is not there, or that the system refuses. */
    static DataException unreadable(Path file, IOException cause) {
        return cause instanceof NoSuchFileException
                ? new DataException(file + " does not exist. docs/data.md says where to get it.", cause)
                : new DataException("cannot read " + file + ": " + cause, cause);
    }

    private static String damage(Path file, String what) {
        return file + " is damaged: " + what + ". Delete it and get it again (docs/data.md says where).";
    }
}
