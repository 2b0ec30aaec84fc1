package io.github.dl4jinit.ntk;

/** Is told how far a kernel is. */
@FunctionalInterface
public interface KernelProgress {
    /** Tells nobody. */
    KernelProgress SILENT = (done, total) -> {};

    /**
     * Called after each piece of the work.
     *
     * @param done pieces done, at most the total
     * @param total pieces in all
     */
    void advanced(long done, long total);
}
