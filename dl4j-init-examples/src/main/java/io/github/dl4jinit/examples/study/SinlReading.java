package io.github.dl4jinit.examples.study;

/** What a person makes of the numbers of {@link SinlStudy}. */
final class SinlReading {

    static final String TEXT = """
            **Three of ten seeds.** The study is meant to have ten; it goes on from its raw numbers with `--full`. Differences of a few points between two cells mean
            nothing yet. What is read here holds on all three data sets or says where it does not.

            **SINL as printed trains like the orthogonal weights (DIN) that it turns**, as the algebra says: its factors are orthogonal and cannot change a
            singular value. Letter, tanh: 67.0 against 68.7 % at 10 layers, 61.0 against 61.7 at 20. Deep sigmoids stay at chance with both, and with LSUV.

            **Alignment helps deep tanh, which needs it least.** SINL isometric lowers the objective of 20 tanh layers from 1.079 to 0.561 on letter and from
            0.210 to 0.069 on coil20; on monkey10 it raises it, from 0.936 to 1.132. LSUV, which only scales, gets most of that: 0.638, 0.146, 0.746. In
            sigmoids it helps at 3 and 5 layers and not beyond. With ReLUs it goes either way (coil20, 10 layers: 86.3 % against 29.6; letter, 5 layers: 41.7
            against 59.7) and can lose the run: the bridge is fitted through the dead halves of the units.

            **What trains deep sigmoids is balance, not alignment.** With every response centred by the biases and scaled to deviation 1 ("balance alone", in
            which nothing is aligned) 20 layers of sigmoids reach 62.3 % on letter, 99.2 on coil20, 48.5 on monkey10. Batch normalization, which changes the
            network, reaches 44.7, 48.3 and 36.0; every start without balance stays at chance. In most ReLU networks balance beats LSUV; in tanh the two are level.

            **Alignment adds nothing to balance that these runs can show.** "SINL balanced" (gamma 1/2) is not told apart from balance alone, nor is gamma 1/4.
            A whole alignment (gamma 1), pairs from the ends inward, or one pass for all pairs is slower in most of the variants' rows. From Gaussian
            weights everything is worse than from orthogonal ones, and alignment makes it worse still instead of mending it. The gamma of
            `Sinl.balanced()` therefore rests on no evidence so far: 0 would do as well.

            For three layers of tanh on letter the unscaled starts reach the lower objective: unit responses are not the best scale for shallow networks. Rates with a
            star lie at the edge of the grid.
            """;

    private SinlReading() {}
}
