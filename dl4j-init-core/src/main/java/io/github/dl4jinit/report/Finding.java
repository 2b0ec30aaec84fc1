package io.github.dl4jinit.report;

/**
 * A rule that fires, where it fires first, and what mends it.
 *
 * @param rule name of the rule
 * @param verdict what it means for the layer
 * @param layer the first layer or vertex at which it fires
 * @param layers at how many layers and vertices it fires
 * @param evidence the number, its interval, the prediction and the bound
 * @param foretells how many networks of the study in which it fired failed to train
 * @param remedy the DL4J line that mends it, or what else to do if none of those that were tried does
 * @param tried the same number on a copy behind that line
 */
public record Finding(
        String rule,
        Verdict verdict,
        String layer,
        int layers,
        String evidence,
        String foretells,
        String remedy,
        String tried) {}
