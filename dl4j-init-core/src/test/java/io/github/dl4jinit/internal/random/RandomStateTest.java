package io.github.dl4jinit.internal.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.factory.Nd4j;

class RandomStateTest {

    private static void drop(int times) {
        for (int i = 1; i <= times; i++) {
            INDArray mask = Nd4j.ones(3, i);
            Nd4j.getExecutioner().exec(new DropOutInverted(mask, mask, 0.5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 17, 300})
    void before_findsTheStateThatWasLeft(int draws) {
        Nd4j.getRandom().setSeed(4711);
        Nd4j.rand(3);
        RandomState start = RandomState.current();
        drop(draws);
        RandomState end = RandomState.current();
        assertThat(RandomState.before(() -> drop(draws))).contains(start);
        assertThat(RandomState.current()).isEqualTo(end);
    }

    @Test
    void before_mixedOperations() {
        Runnable mixed = () -> {
            Nd4j.randn(4, 4);
            drop(2);
            Nd4j.rand(7);
        };
        Nd4j.getRandom().setSeed(5);
        RandomState start = RandomState.current();
        mixed.run();
        assertThat(RandomState.before(mixed)).contains(start);
    }

    /** An operation that jumps instead of stepping is noticed, not wound back to a wrong state. */
    @Test
    void before_isEmpty_ifTheGeneratorMovesOtherwise() {
        Runnable jump = () -> Nd4j.getRandom()
                .setStates(Nd4j.getRandom().rootState(), 31 * Nd4j.getRandom().nodeState() + 7);
        Nd4j.getRandom().setSeed(5);
        jump.run();
        assertThat(RandomState.before(jump)).isEmpty();
    }

    @Test
    void ofSeed_isWhatSetSeedMakes() {
        Nd4j.getRandom().setSeed(-123456789L);
        assertThat(RandomState.ofSeed(-123456789L)).isEqualTo(RandomState.current());
    }
}
