package io.github.dl4jinit.report;

/**
 * What an initializer did to a pair of layers, or to the one in the middle.
 *
 * @param first DL4J's name of the layer whose input is the start of the bridge
 * @param last DL4J's name of the layer whose response is its end; the same as {@code first} in the middle
 * @param outcome whether the pair was changed
 * @param before the bridge when it was the pair's turn
 * @param after the bridge in the finished network
 * @param note what was special, or ""
 */
public record PairReport(
        String first, String last, Outcome outcome, BridgeReport before, BridgeReport after, String note) {

    /**
     * The pair's name.
     *
     * @return for example: layer0 - layer4
     */
    public String name() {
        return first.equals(last) ? first : first + " - " + last;
    }
}
