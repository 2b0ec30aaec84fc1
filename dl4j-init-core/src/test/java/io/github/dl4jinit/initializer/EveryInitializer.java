package io.github.dl4jinit.initializer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All initializers of the package that run on any network, for tests of what they share; the slow ones with few steps. */
public final class EveryInitializer {

    private EveryInitializer() {}

    static List<NetworkInitializer> all() {
        return List.copyOf(byName().values());
    }

    /** By class and setting, in a fixed order. */
    public static Map<String, NetworkInitializer> byName() {
        Map<String, NetworkInitializer> all = new LinkedHashMap<>();
        all.put("Lsuv", Lsuv.defaults());
        all.put("WithinLayer", WithinLayer.builder().maxRounds(2).build());
        all.put(
                "WithinLayer without balance",
                WithinLayer.builder().balance(false).build());
        all.put("Sinl", Sinl.defaults());
        all.put("Sinl balanced", Sinl.balanced());
        all.put("MetaInit", MetaInit.builder().steps(3).build());
        all.put("GradInit", GradInit.builder().iterations(3).build());
        all.put("AutoInit", AutoInit.defaults());
        all.put("Fixup", Fixup.defaults());
        all.put("Box", Box.defaults());
        all.put("LooksLinear", LooksLinear.defaults());
        all.put("DeepNarrow", DeepNarrow.defaults());
        all.put("RandomizedAsymmetric", RandomizedAsymmetric.defaults());
        all.put("LinearProduct", LinearProduct.defaults());
        return all;
    }
}
