package io.github.dl4jinit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.internal.text.TextTable;
import io.github.dl4jinit.report.InitReport.BridgeLine;
import io.github.dl4jinit.report.InitReport.PairLine;
import io.github.dl4jinit.report.InitReport.StageTime;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.report.LayerReport.WeightArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class InitReportTest {

    private static final InitReport REPORT = new InitReport(
            "LSUV",
            List.of(
                    new LayerReport(
                            new WeightArray(0, "conv1", "ConvolutionLayer", "W"),
                            Outcome.CONVERGED,
                            new Scaling(7.5, 1.0, 1),
                            ""),
                    LayerReport.skipped(new WeightArray(1, "bn", "BatchNormalization", ""), "normalizes"),
                    new LayerReport(
                            new WeightArray(2, "rnn", "Bidirectional", "bW"),
                            Outcome.STALLED,
                            new Scaling(0.0, 0.0, 0),
                            "dead")),
            0.0125);

    @Test
    void toText_isATable() {
        assertThat(REPORT.toText().lines())
                .containsExactly(
                        "LSUV: 1 converged, 1 stalled, 1 skipped, 13 ms",
                        "#  layer   kind                variance  after  steps  outcome",
                        "0  conv1   ConvolutionLayer       7.500  1.000      1  converged",
                        "1  bn      BatchNormalization                          skipped: normalizes",
                        "2  rnn bW  Bidirectional          0.000  0.000      0  stalled: dead");
        assertThat(REPORT).hasToString(REPORT.toText());
    }

    @Test
    void toText_hasTwoLinesAPair_andTheTimes() {
        InitReport report = REPORT.with(
                List.of(new PairLine(
                        "a",
                        "c",
                        Outcome.CONVERGED,
                        new BridgeLine(List.of(2.0, 0.5), 4, 1.118, 0.25),
                        new BridgeLine(List.of(1.0, 1.0), 1, 0, 0.125),
                        "widths differ, 3 to 2")),
                List.of(new StageTime("forward", 0.002), new StageTime("svd", 0.0004)));
        assertThat(report.toText().lines().skip(5))
                .containsExactly(
                        "pair   bridge  singular values  condition  to isometry  residual  outcome",
                        "a - c  before  2.000 .. 0.5000      4.000        1.118    0.2500  converged: widths differ, 3 to 2",
                        "       after   1.000 .. 1.000       1.000        0.000    0.1250",
                        "forward 2.0 ms, svd 0.4 ms");
        assertThat(report.layers()).isEqualTo(REPORT.layers());
        assertThat(report.toJson()).contains("\"distanceToIsometry\" : 1.118");
    }

    @Test
    void converged_isFalse_ifALayerStalled() {
        assertThat(REPORT.converged()).isFalse();
        assertThat(new InitReport("LSUV", REPORT.layers().subList(0, 2), 0).converged())
                .isTrue();
    }

    @Test
    void toJson_parsesBack() throws Exception {
        JsonNode json = new ObjectMapper().readTree(REPORT.toJson());
        assertThat(json.get("initializer").asText()).isEqualTo("LSUV");
        assertThat(json.get("seconds").asDouble()).isEqualTo(0.0125);
        assertThat(json.get("layers")).hasSize(3);
        assertThat(json.get("layers").get(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "position",
                        "layer",
                        "kind",
                        "parameter",
                        "outcome",
                        "varianceBefore",
                        "varianceAfter",
                        "iterations",
                        "note");
        assertThat(json.get("layers").get(0).get("varianceBefore").asDouble()).isEqualTo(7.5);
        assertThat(json.get("layers").get(1).get("varianceBefore").isNull()).isTrue();
        assertThat(json.get("layers").get(2).get("outcome").asText()).isEqualTo("STALLED");
    }

    @Test
    void table_refusesRowsOfAnotherWidth() {
        assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the table has 2 columns, the row has 1 cells");
    }
}
