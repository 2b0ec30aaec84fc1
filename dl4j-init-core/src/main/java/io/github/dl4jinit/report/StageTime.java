package io.github.dl4jinit.report;

/**
 * How long one stage of an initializer took.
 *
 * @param stage what was done
 * @param seconds wall time, in all
 */
public record StageTime(String stage, double seconds) {}
