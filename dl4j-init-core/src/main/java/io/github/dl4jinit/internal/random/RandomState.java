package io.github.dl4jinit.internal.random;

import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The state of the calling thread's ND4J generator, so that what this library draws leaves no trace in it.
 *
 * @param root the generator's root state, which the seed sets and drawing leaves alone
 * @param node the generator's node state, which every drawing operation moves on
 */
public record RandomState(long root, long node) {

    /** ND4J derives the node state from the seed by this mask, sign-extended from 32 bits. */
    private static final long SEED_MASK = 0xdeadbeef;

    /** More drawing operations than any forward pass has; a search beyond it means that the generator is another one. */
    private static final int MOST_DRAWS = 1_000_000;

    /** The state of {@code Nd4j.getRandom()} of the calling thread, now. */
    public static RandomState current() {
        Random random = Nd4j.getRandom();
        return new RandomState(random.rootState(), random.nodeState());
    }

    /**
     * The state that {@code Nd4j.getRandom().setSeed(seed)} makes.
     *
     * @param seed any number
     * @return the state; the generator is not touched
     */
    public static RandomState ofSeed(long seed) {
        return new RandomState(seed, seed ^ SEED_MASK);
    }

    /**
     * Does work that draws from a given seed, and leaves the calling thread's generator as it was, also if the work throws.
     *
     * @param seed what the work draws from
     * @param work draws from {@code Nd4j.getRandom()}
     * @param <T> what the work returns
     * @return what the work returned
     */
    public static <T> T seeded(long seed, Supplier<T> work) {
        return kept(() -> {
            ofSeed(seed).restore();
            return work.get();
        });
    }

    /**
     * Does work and leaves the calling thread's generator as it was, also if the work throws.
     *
     * @param work may draw from {@code Nd4j.getRandom()}
     * @param <T> what the work returns
     * @return what the work returned
     */
    public static <T> T kept(Supplier<T> work) {
        RandomState found = current();
        try {
            return work.get();
        } finally {
            found.restore();
        }
    }

    /** Puts the calling thread's generator back into this state. */
    public void restore() {
        Nd4j.getRandom().setStates(root, node);
    }

    /**
     * The state in which the generator was before {@code drawing} ran and left it in the current state.
     *
     * <p>ND4J moves the node state once per drawing operation, by x -> T(x) xor n xor c with an invertible linear T over
     * bits, the number n of values drawn and a constant c. A sequence of k operations is therefore x -> T^k(x) xor C.
     * Running {@code drawing} again from two known states gives k and C, and so the state before. The generator is left
     * in the current state.
     *
     * @param drawing the operations whose starting state is sought, repeatable; run twice if they draw at all, else once
     * @return the state before, or empty if the generator does not move as described
     */
    public static Optional<RandomState> before(Runnable drawing) {
        RandomState now = current();
        try {
            long once = now.nodeAfter(drawing);
            if (once == now.node) {
                return Optional.of(now);
            }
            RandomState other = new RandomState(now.root, ~now.node);
            long difference = once ^ other.nodeAfter(drawing);
            long images = now.node ^ other.node;
            for (int draws = 1; draws <= MOST_DRAWS; draws++) {
                images = advance(images);
                if (images == difference) {
                    return Optional.of(new RandomState(now.root, now.node ^ retreat(once ^ now.node, draws)));
                }
            }
            return Optional.empty();
        } finally {
            now.restore();
        }
    }

    private long nodeAfter(Runnable drawing) {
        restore();
        drawing.run();
        return current().node;
    }

    /** The linear part T of ND4J's step: a xoroshiro round on the two halves of the node state. */
    public static long advance(long node) {
        int low = (int) node;
        int high = (int) (node >>> 32) ^ low;
        return join(Integer.rotateLeft(low, 26) ^ high ^ (high << 9), Integer.rotateLeft(high, 13));
    }

    private static long retreat(long node, int steps) {
        long result = node;
        for (int i = 0; i < steps; i++) {
            int high = Integer.rotateRight((int) (result >>> 32), 13);
            int low = Integer.rotateRight((int) result ^ high ^ (high << 9), 26);
            result = join(low, high ^ low);
        }
        return result;
    }

    private static long join(int low, int high) {
        return (low & 0xffffffffL) | ((long) high << 32);
    }
}
