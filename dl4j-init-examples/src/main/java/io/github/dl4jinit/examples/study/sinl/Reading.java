package io.github.dl4jinit.examples.study.sinl;

/** What a person makes of the numbers of {@link SinlStudy}. */
final class Reading {

    static final String TEXT = """
            **SINL as printed trains like the orthogonal weights (DIN) that it turns**, as the algebra says: its factors are orthogonal and cannot change a
            singular value. Letter, tanh: 66.8 against 69.2 % at 10 layers, 61.0 against 62.0 at 20. Deep sigmoids stay at chance with both, and with LSUV.

            **Alignment helps deep tanh.** SINL isometric lowers the objective of 20 tanh layers from DIN's 1.094 to 0.558 on letter and from 0.274 to 0.063 on
            coil20, lower than any other start there, LSUV (0.647, 0.156) and balance (0.723, 0.182) among them. On monkey10 it raises it, from 0.955 to 1.137, where
            LSUV has 0.753. In sigmoids it helps at 3 and 5 layers and not beyond. With ReLUs it goes either way (coil20, 10 layers: 79.6 % against 28.5;
            letter, 5 layers: 38.0 against 59.8) and can lose the run: the bridge is fitted through the dead halves of the units.

            **What trains deep sigmoids is balance, not alignment.** With every response centred by the biases and scaled to deviation 1 ("balance alone", in
            which nothing is aligned) 20 layers of sigmoids reach 61.3 % on letter, 99.2 on coil20, 48.5 on monkey10. Batch normalization, which changes the
            network, reaches 37.3, 67.9 and 41.0; every start without balance stays at chance. In most ReLU networks balance beats LSUV; in tanh the two are level.

            **On top of balance, alignment is worth a little in shallow networks and costs in deep ones.** By the mean objective gamma 1/2 ("SINL balanced" here) is ahead of balance
            alone at 3 and 5 layers in most cells, by little (letter, 3 sigmoid layers: 1.067 against 1.092). At 20 layers of tanh it is behind on all three sets: 1.388
            against 1.313, 0.595 against 0.461, 1.571 against 1.298. Gamma 1/4, tried on letter, is level with balance: 1.780 against 1.879 at 20 sigmoid layers, 1.425 against 1.321
            at 10. Gamma 1 is behind in all four of its rows. So `Sinl.balanced()` takes 1/4 since, the most that does not cost; 0 would do as well. Pairs from the ends inward, or one
            pass for all pairs, are slower in most rows. From Gaussian weights everything is worse than from orthogonal ones, and alignment
            makes it worse still instead of mending it.

            For three layers of tanh on letter the unscaled starts reach the lower objective (isometric 0.159, balance 0.412): unit responses are not the best scale for
            shallow networks. Rates with a star lie at the edge of the grid.
            """;

    private Reading() {}
}
