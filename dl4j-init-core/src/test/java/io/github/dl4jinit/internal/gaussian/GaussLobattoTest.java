package io.github.dl4jinit.internal.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GaussLobattoTest {
    @Test
    void rule_orderThreeAndFour_areTheTextbookOnes() {
        GaussLobatto simpson = GaussLobatto.ofOrder(3);
        assertRule(simpson, 0, -1, 1.0 / 3);
        assertRule(simpson, 1, 0, 4.0 / 3);
        assertRule(simpson, 2, 1, 1.0 / 3);
        GaussLobatto four = GaussLobatto.ofOrder(4);
        assertRule(four, 0, -1, 1.0 / 6);
        assertRule(four, 2, 1 / Math.sqrt(5), 5.0 / 6);
    }

    private static void assertRule(GaussLobatto rule, int i, double node, double weight) {
        assertThat(rule.node(i)).isCloseTo(node, within(2e-16));
        assertThat(rule.weight(i)).isCloseTo(weight, within(4e-16));
    }

    @Test
    void rule_order16_isExactToDegree29AndNotBeyond() {
        GaussLobatto rule = GaussLobatto.ofOrder(16);
        for (int degree = 0; degree <= 29; degree++) {
            double exact = degree % 2 == 0 ? 2.0 / (degree + 1) : 0;
            assertThat(power(rule, degree)).as("degree %d", degree).isCloseTo(exact, within(2e-15));
        }
        // The negative control: one degree on, the rule's own error stands far above rounding.
        assertThat(Math.abs(power(rule, 30) - 2.0 / 31)).isGreaterThan(1e-10);
    }

    private static double power(GaussLobatto rule, int degree) {
        double sum = 0;
        for (int i = 0; i < rule.order(); i++) {
            sum += rule.weight(i) * Math.pow(rule.node(i), degree);
        }
        return sum;
    }
}
