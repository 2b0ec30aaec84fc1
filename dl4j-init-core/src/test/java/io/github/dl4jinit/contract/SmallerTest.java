package io.github.dl4jinit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.contract.RandomNetwork.Part;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A tool that fails on purpose leads to the smallest network on which it fails. */
class SmallerTest {

    private static final int TRIES = 5000;

    /** A network that has everything which a tool fails on, among much else. */
    private static RandomNetwork failing(Function<RandomNetwork, Optional<String>> tool) {
        return LongStream.rangeClosed(1, 2000)
                .mapToObj(RandomNetworks::of)
                .filter(network -> tool.apply(network).isPresent())
                .filter(network -> network.trunk().size() > 2)
                .findFirst()
                .orElseThrow();
    }

    private static Function<RandomNetwork, Optional<String>> failsIf(Predicate<RandomNetwork> condition) {
        return network -> condition.test(network) ? Optional.of("on purpose") : Optional.empty();
    }

    private static boolean anywhere(RandomNetwork network, Predicate<Part> condition) {
        return network.sources().stream().anyMatch(source -> within(source.parts(), condition))
                || within(network.trunk(), condition)
                || network.tails().stream().anyMatch(tail -> within(tail.parts(), condition));
    }

    private static boolean within(List<Part> parts, Predicate<Part> condition) {
        return parts.stream()
                .anyMatch(part ->
                        condition.test(part) || part.branches().stream().anyMatch(branch -> within(branch, condition)));
    }

    @Test
    void failureOfOneLayer_leavesThatLayerAlone() {
        Function<RandomNetwork, Optional<String>> tool =
                failsIf(network -> anywhere(network, part -> part.layer() == Kind.SIMPLE_RNN));
        RandomNetwork smallest = Smaller.smallest(failing(tool), tool, TRIES);
        assertThat(smallest.sources()).singleElement().satisfies(source -> assertThat(source.rows())
                .isEqualTo(1));
        assertThat(smallest.trunk().size()
                        + smallest.sources().get(0).parts().size()
                        + smallest.tails().get(0).parts().size())
                .as("%s", smallest)
                .isLessThanOrEqualTo(2);
        assertThat(smallest.settings()).isEmpty();
        assertThat(smallest.examples()).isEqualTo(1);
        assertThat(smallest.tails()).singleElement().satisfies(tail -> assertThat(tail.loss())
                .isEqualTo(Loss.MSE));
        assertThat(Assembly.network(smallest).numParams()).isPositive();
    }

    @Test
    void failureOfTwoThingsTogether_keepsBoth() {
        Function<RandomNetwork, Optional<String>> tool = failsIf(network -> network.examples() > 3
                && anywhere(
                        network,
                        part -> part.layer() == Kind.DENSE && part.twists().contains(Twist.RELU)));
        RandomNetwork smallest = Smaller.smallest(failing(tool), tool, TRIES);
        assertThat(smallest.examples()).isEqualTo(4);
        assertThat(anywhere(smallest, part -> part.twists().equals(java.util.Set.of(Twist.RELU))))
                .isTrue();
    }

    @Test
    void otherFailure_isNotFollowed() {
        Function<RandomNetwork, Optional<String>> tool =
                network -> Optional.of(network.examples() > 5 ? "too many examples" : "something else");
        RandomNetwork failing = failing(failsIf(network -> network.examples() > 9));
        assertThat(Smaller.smallest(failing, tool, TRIES).examples()).isEqualTo(6);
    }

    @Test
    void tries_areBounded() {
        Function<RandomNetwork, Optional<String>> tool = failsIf(network -> true);
        RandomNetwork failing = failing(tool);
        assertThat(Smaller.smallest(failing, tool, 1)).isIn(Smaller.of(failing));
    }

    @Test
    void whatDoesNotFail_staysAsItIs() {
        RandomNetwork healthy = RandomNetworks.of(1);
        assertThat(Smaller.smallest(healthy, network -> Optional.empty(), TRIES))
                .isSameAs(healthy);
    }
}
