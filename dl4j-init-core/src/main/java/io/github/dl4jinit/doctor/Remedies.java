package io.github.dl4jinit.doctor;

import io.github.dl4jinit.initializer.AutoInit;
import io.github.dl4jinit.initializer.LooksLinear;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.initializer.WithinLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The initializers that are tried on copies, in order. Fixup and others that start branches at zero are left out: every rule takes them for dead. */
final class Remedies {

    /**
     * One of them.
     *
     * @param line the Java line that a user writes, {@code network} and {@code batch} being theirs
     * @param initializer what it runs
     */
    record Remedy(String line, NetworkInitializer initializer) {}

    private Remedies() {}

    /** @param depth how many layers have parameters */
    static List<Remedy> forDepth(int depth) {
        List<Remedy> remedies = new ArrayList<>();
        remedies.add(of("Lsuv.defaults()", Lsuv.defaults()));
        // For saturating activations in depth: a small signal keeps them near their linear part (CriticalLine).
        double small = 1.0 / Math.max(2, depth);
        remedies.add(of(
                String.format(Locale.ROOT, "Lsuv.builder().targetVariance(%s).build()", small),
                Lsuv.builder().targetVariance(small).build()));
        remedies.add(of("WithinLayer.defaults()", WithinLayer.defaults()));
        remedies.add(of("AutoInit.defaults()", AutoInit.defaults()));
        remedies.add(of("LooksLinear.defaults()", LooksLinear.defaults()));
        return remedies;
    }

    private static Remedy of(String expression, NetworkInitializer initializer) {
        return new Remedy(expression + ".initialize(network, batch);", initializer);
    }
}
