package io.github.dl4jinit.initializer;

import java.util.List;

/** All initializers of the package that run on any network, for tests of what they share; the slow ones with few steps. */
final class EveryInitializer {

    private EveryInitializer() {}

    static List<NetworkInitializer> all() {
        return List.of(
                Lsuv.defaults(),
                WithinLayer.builder().maxRounds(2).build(),
                WithinLayer.builder().balance(false).build(),
                Sinl.defaults(),
                Sinl.balanced(),
                MetaInit.builder().steps(3).build(),
                GradInit.builder().iterations(3).build(),
                AutoInit.defaults(),
                Fixup.defaults(),
                Box.defaults(),
                LooksLinear.defaults(),
                DeepNarrow.defaults(),
                RandomizedAsymmetric.defaults(),
                LinearProduct.defaults());
    }
}
