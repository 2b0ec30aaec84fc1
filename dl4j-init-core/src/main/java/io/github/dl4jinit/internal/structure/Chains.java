package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.LayerView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a network into {@linkplain Chain chains}. */
public final class Chains {

    /**
     * A step of the network, as chains see it.
     *
     * @param node the layer, or null if the step is a vertex without one
     * @param feeder index of the earlier link whose output goes here, unchanged, and nowhere else; -1 if there is none
     * @param seam what this link follows, as a phrase
     */
    public record Link(@Nullable LayerNode node, int feeder, String seam) {}

    private record Open(String start, List<LayerView> layers) {}

    private Chains() {}

    /** Cuts links, given in the order of execution. */
    public static List<Chain> of(List<Link> links) {
        List<Open> all = new ArrayList<>();
        // The chain that each link may be continued by, or null.
        List<@Nullable Open> tails = new ArrayList<>();
        for (Link link : links) {
            Open tail = link.feeder() < 0 ? null : tails.get(link.feeder());
            LayerNode node = link.node();
            if (node == null || !(node.facts().isElementwise() || node.isChained())) {
                tail = null;
            } else if (node.isChained()) {
                if (tail == null) {
                    tail = new Open(link.seam(), new ArrayList<>());
                    all.add(tail);
                }
                tail.layers().add(node.view());
            }
            tails.add(tail);
        }
        return all.stream().map(open -> new Chain(open.start(), open.layers())).toList();
    }
}
