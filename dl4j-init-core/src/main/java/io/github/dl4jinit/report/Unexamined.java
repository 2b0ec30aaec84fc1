package io.github.dl4jinit.report;

/**
 * Something that was not looked at.
 *
 * @param layer DL4J's name of the layer or vertex
 * @param what what was not measured or predicted there
 * @param reason why
 */
public record Unexamined(String layer, String what, String reason) {}
