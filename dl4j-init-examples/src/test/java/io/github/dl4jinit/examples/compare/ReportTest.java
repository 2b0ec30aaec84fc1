package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.compare.RunResult.EpochResult;
import io.github.dl4jinit.examples.compare.RunResult.LayerVariance;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final List<Scheme> SCHEMES = List.of(Schemes.named("dl4j"), Schemes.named("he"));
    private static final Plan PLAN =
            new Plan(List.of(Small.MLP), SCHEMES, List.of(1L, 2L, 3L), 2, 20, UpdateRule.SGD, 0.05);

    @Test
    void toText_finishedAndDivergedRuns_showsMedianRangeAndLosses() {
        String text = report(
                        run("dl4j", 1, 0.2, 0.5, 0.60),
                        run("dl4j", 2, 0.2, 0.3, 0.40),
                        diverged("dl4j", 3),
                        run("he", 1, 0.2, 0.7, 0.80),
                        run("he", 2, 0.2, 0.8, 0.90),
                        run("he", 3, 0.2, 0.6, 0.70))
                .toText();

        // Nine tenths of the best median, 80 %, is 72 %: he gets there after 2, 1 and never; dl4j never.
        assertThat(text.replace("\n", " "))
                .contains("epochs to 72.0%")
                .containsPattern("DL4J default +40.0% \\[lost\\.\\.60.0\\] .* never +1/3")
                .containsPattern("He +80.0% \\[70.0\\.\\.90.0\\] .* 2.0 +0/3")
                .contains("He ends highest, with a median test accuracy of 80.0% after 2 epochs")
                .contains("Its worst seed is above the best seed of every other scheme")
                .contains("Runs were lost with DL4J default (1/3)");
    }

    @Test
    void toText_overlappingRanges_saysThatTheyAreNotToldApart() {
        String text = report(
                        run("dl4j", 1, 0.2, 0.5, 0.72),
                        run("dl4j", 2, 0.2, 0.3, 0.40),
                        run("dl4j", 3, 0.2, 0.3, 0.50),
                        run("he", 1, 0.2, 0.7, 0.80),
                        run("he", 2, 0.2, 0.8, 0.90),
                        run("he", 3, 0.2, 0.6, 0.70))
                .toText();

        assertThat(text.replace("\n", " ")).contains("its range overlaps with that of DL4J default");
    }

    @Test
    void toText_allRunsLost_saysSoInsteadOfNamingAWinner() {
        List<RunResult> runs = new ArrayList<>();
        for (Scheme scheme : SCHEMES) {
            for (long seed = 1; seed <= 3; seed++) {
                runs.add(diverged(scheme.name(), seed));
            }
        }

        String text = report(runs.toArray(RunResult[]::new)).toText();

        assertThat(text)
                .contains("No scheme finished")
                .doesNotContain("ends highest")
                .contains("3/3");
    }

    @Test
    void toPage_ofRealRuns_holdsEverySeriesAndAsksForNothing() throws InterruptedException {
        Plan plan = Small.plan(List.of(Small.MLP, Small.RESIDUAL), Schemes.all(), 0.05);
        Report report = new Report(plan, Small.results(plan));

        String html = report.toPage().toHtml();

        for (Scheme scheme : Schemes.all()) {
            // Two networks, four charts each, a line and a band in each.
            assertThat(html.split("\"name\":\"" + scheme.title() + "\"", -1)).hasSize(1 + 2 * 4 * 2);
            assertThat(html).contains("data-curve=\"" + scheme.title() + "\"");
        }
        assertThat(html).contains(Small.MLP.title(), Small.RESIDUAL.title(), "the command", "some data");
        assertThat(report.sections()).hasSize(2).allSatisfy(s -> {
            assertThat(s.charts()).hasSize(4);
            assertThat(s.charts()).allSatisfy(c -> assertThat(c.legend()).hasSameSizeAs(Schemes.all()));
        });
    }

    private static Report report(RunResult... runs) {
        return new Report(PLAN, new Results(new Facts("c", Map.of(), Map.of()), List.of(runs)));
    }

    private static RunResult run(String scheme, long seed, double... accuracies) {
        List<EpochResult> epochs = new ArrayList<>();
        for (double accuracy : accuracies) {
            epochs.add(new EpochResult(epochs.size(), 2 - accuracy, 2.1 - accuracy, accuracy));
        }
        List<LayerVariance> start = List.of(new LayerVariance("1", 0.5), new LayerVariance("2", seed * 0.1));
        return new RunResult(Small.MLP.name(), scheme, seed, Outcome.FINISHED, "", start, epochs);
    }

    private static RunResult diverged(String scheme, long seed) {
        RunResult run = run(scheme, seed, 0.2);
        List<EpochResult> epochs = new ArrayList<>(run.epochs());
        epochs.add(new EpochResult(1, Double.NaN, Double.NaN, 0));
        return new RunResult(run.network(), scheme, seed, Outcome.DIVERGED, "lost", run.start(), epochs);
    }
}
