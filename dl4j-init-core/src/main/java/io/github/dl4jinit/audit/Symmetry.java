package io.github.dl4jinit.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which layers of equal weights will keep their units alike: those that nothing behind them uses differently. Whatever is not certain counts as
 * telling units apart: a vertex of several inputs, a layer whose parameters are not known.
 *
 * @param parts the parts of the network, by name
 */
record Symmetry(Map<String, Part> parts) {

    /** What a part does to units that are alike. */
    enum Effect {
        /** All its weights are equal, and it has several units: it takes all that it gets alike, and gives the same. */
        ALIKE,
        /** No weights: it passes on what it gets, unit by unit. */
        PASSES,
        /** It uses them differently, by its weights, its labels, or what else it gets. */
        TELLS_APART
    }

    /**
     * A layer or vertex.
     *
     * @param effect what it does
     * @param apart whether nothing can make its own units alike: there are labels for them, or there is only one
     * @param sources the names of what it gets
     */
    record Part(Effect effect, boolean apart, List<String> sources) {}

    /** Whether training cannot tell the units of a layer apart. */
    boolean staysAlike(String name) {
        Part part = parts.get(name);
        return part != null && part.effect() == Effect.ALIKE && !part.apart() && isUsedAlike(name);
    }

    private boolean isUsedAlike(String name) {
        List<Map.Entry<String, Part>> users = new ArrayList<>();
        parts.entrySet().stream()
                .filter(entry -> entry.getValue().sources().contains(name))
                .forEach(users::add);
        return !users.isEmpty()
                && users.stream().allMatch(user -> switch (user.getValue().effect()) {
                    case ALIKE -> true;
                    case PASSES -> !user.getValue().apart() && isUsedAlike(user.getKey());
                    case TELLS_APART -> false;
                });
    }
}
