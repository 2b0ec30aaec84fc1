package io.github.dl4jinit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random networks go through the tools of the library, which do their work, skip with a reason, or refuse with a remedy; nothing of the
 * user's changes, and what they report is so. A failure names the smallest network that fails in the same way.
 */
class RandomNetworksTest {

    private static final int QUICK = 100;
    private static final int ALL = 2000;
    private static final int TOOLS_EACH = 2;
    private static final int TRIES = 400;

    static LongStream quick() {
        return LongStream.rangeClosed(1, QUICK);
    }

    static LongStream all() {
        return LongStream.rangeClosed(1, ALL);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("quick")
    void randomNetwork_throughSomeTools_keepsAllPromises(long seed) {
        List<Tool> tools = Tool.all();
        List<Tool> turn = new ArrayList<>();
        for (int i = 0; i < TOOLS_EACH; i++) {
            turn.add(tools.get((int) ((TOOLS_EACH * seed + i) % tools.size())));
        }
        hold(seed, turn);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void randomNetwork_throughAllTools_keepsAllPromises(long seed) {
        hold(seed, Tool.all());
    }

    @Test
    void randomNetworks_areMostlyOnesThatDl4jTrains() {
        long trained = quick().filter(
                        seed -> Subject.of(RandomNetworks.of(seed)).isPresent())
                .count();
        assertThat(trained).isGreaterThan(3 * QUICK / 4);
    }

    @Test
    void oneSeed_isOneDescription_andReadsAsItPrints() {
        assertThat(all()).allSatisfy(seed -> assertThat(
                        RandomNetwork.read(RandomNetworks.of(seed).toString()))
                .isEqualTo(RandomNetworks.of(seed)));
    }

    private static void hold(long seed, List<Tool> tools) {
        RandomNetwork description = RandomNetworks.of(seed);
        Optional<Subject> subject = Subject.of(description);
        List<String> failures = new ArrayList<>();
        subject.ifPresent(one -> tools.forEach(tool -> {
            List<String> violations = tool.violations(one);
            if (!violations.isEmpty()) {
                RandomNetwork smallest = Smaller.smallest(description, smaller -> way(tool, smaller), TRIES);
                failures.add(String.format(
                        Locale.ROOT,
                        "%s on seed %d: %s%n  smallest: %s%n  there: %s",
                        tool.name(),
                        seed,
                        violations,
                        smallest,
                        tool.violations(smallest)));
            }
        }));
        assertThat(failures).isEmpty();
    }

    /** The first violation without its numbers, names of layers, and where it was thrown. */
    private static Optional<String> way(Tool tool, RandomNetwork description) {
        return tool.violations(description).stream().findFirst().map(text -> text.replaceAll(" at .*", "")
                .replaceAll("[-0-9.]+(E-?[0-9]+)?", "#")
                .replaceAll("layer#|p#|in#", "layer"));
    }
}
