package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jinit.listener.ProbeListener.Schedule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void every_firesAtMultiples() {
        assertThat(firings(Schedule.every(4), 13)).containsExactly(0, 4, 8, 12);
    }

    @Test
    void at_firesThereOnly() {
        assertThat(firings(Schedule.at(7, 0, 3), 20)).containsExactly(0, 3, 7);
    }

    @Test
    void logarithmic_firesAtEqualRatios() {
        assertThat(firings(Schedule.logarithmic(3), 1100)).containsExactly(0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 1000);
    }

    @Test
    void logarithmic_moreThanThereAreWholeNumbers_firesAtEach() {
        assertThat(firings(Schedule.logarithmic(40), 9)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void settingsThatMakeNoSense_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Schedule.every(0)).withMessageContaining("got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.at(3, -2))
                .withMessageContaining("got -2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.logarithmic(0))
                .withMessageContaining("got 0");
    }

    private static List<Integer> firings(Schedule schedule, int iterations) {
        return IntStream.range(0, iterations).filter(schedule::fires).boxed().toList();
    }
}
