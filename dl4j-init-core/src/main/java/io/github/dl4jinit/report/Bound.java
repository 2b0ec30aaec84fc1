package io.github.dl4jinit.report;

/**
 * Beyond which number a rule fires.
 *
 * @param rule name of the rule
 * @param above whether large numbers are ill
 * @param value the bound
 */
public record Bound(String rule, boolean above, double value) {}
