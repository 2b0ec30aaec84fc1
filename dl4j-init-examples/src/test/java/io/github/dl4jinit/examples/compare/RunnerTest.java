package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

class RunnerTest {

    @Test
    void run_anyNumberOfThreads_givesTheSameBits() throws InterruptedException {
        // One scheme that fills arrays, one that draws while DL4J builds, one that looks at the batch, one that
        // descends.
        List<Scheme> schemes = Stream.of("dl4j", "orthogonal", "lsuv", "gradinit")
                .map(Schemes::named)
                .toList();
        Plan plan = Small.plan(List.of(Small.MLP, Small.RESIDUAL), schemes, 0.05);

        List<RunResult> alone = new Runner(1).run(plan, Small.data(), count -> {});
        List<RunResult> together = new Runner(3).run(plan, Small.data(), count -> {});

        assertThat(together).isEqualTo(alone);
        assertThat(alone).hasSize(2 * 2 * schemes.size()).allMatch(RunResult::finished);
    }

    @Test
    void run_seedsAndSchemes_makeADifference() throws InterruptedException {
        // Fixup finds no residual block here and leaves what DL4J started; so does MetaInit where its steps do not
        // help.
        List<Scheme> schemes = Schemes.all().stream()
                .filter(scheme -> !List.of("fixup", "metainit").contains(scheme.name()))
                .toList();
        Plan plan = Small.plan(List.of(Small.MLP), schemes, 0.05);

        List<RunResult> results = new Runner(2).run(plan, Small.data(), count -> {});

        assertThat(results.stream().map(RunResult::epochs).distinct()).hasSameSizeAs(results);
        // DeepNarrow draws nothing: all its starts are one.
        List<RunResult> drawn = results.stream()
                .filter(result -> !result.scheme().equals("deep-narrow"))
                .toList();
        assertThat(drawn).hasSize(results.size() - 2);
        assertThat(drawn.stream().map(RunResult::start).distinct()).hasSameSizeAs(drawn);
    }

    @Test
    void run_trains_soThatTheTrainingLossFalls() throws InterruptedException {
        Plan plan = new Plan(
                List.of(Small.MLP), List.of(Schemes.named("glorot")), List.of(1L), 40, 10, UpdateRule.ADAM, 0.003);

        RunResult result = new Runner(1).run(plan, Small.data(), count -> {}).get(0);

        assertThat(result.epochs()).hasSize(41);
        // Seeds 1 to 5 end between 0.38 and 0.52 of where they started.
        assertThat(result.trainLoss(40)).isLessThan(0.7 * result.trainLoss(0));
    }

    @Test
    void run_absurdLearningRate_isKeptAsDiverged() throws InterruptedException {
        Plan plan = Small.plan(List.of(Small.RESIDUAL), List.of(Schemes.named("he")), 1e30);
        AtomicInteger epochs = new AtomicInteger();

        List<RunResult> results = new Runner(2).run(plan, Small.data(), epochs::addAndGet);

        assertThat(results).hasSize(2).allSatisfy(r -> {
            assertThat(r.outcome()).isEqualTo(Outcome.DIVERGED);
            assertThat(r.note()).contains("after epoch 1");
            assertThat(r.trainLoss(2)).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(r.testAccuracy(2)).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(r.start()).isNotEmpty();
        });
        assertThat(epochs).hasValue(plan.totalEpochs());
    }

    @Test
    void run_initializerThatThrows_failsThatRunOnlyAndSaysWhy() throws InterruptedException {
        Scheme broken = new Scheme("broken", "Broken", "throws", new InitialState.FirstBatch((model, batch) -> {
            throw new IllegalStateException("no batch is good enough");
        }));
        Plan plan = Small.plan(List.of(Small.MLP), List.of(broken, Schemes.named("dl4j")), 0.05);
        AtomicInteger epochs = new AtomicInteger();

        List<RunResult> results = new Runner(2).run(plan, Small.data(), epochs::addAndGet);

        assertThat(results.subList(0, 2)).allSatisfy(r -> {
            assertThat(r.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(r.note()).contains("no batch is good enough");
        });
        assertThat(results.subList(2, 4)).allMatch(RunResult::finished);
        assertThat(epochs).hasValue(plan.totalEpochs());
    }

    @Test
    void run_layersOfOneUnit_finishFromEveryScheme() throws InterruptedException {
        NetworkSpec narrow = new NetworkSpec(Architecture.MLP, 3, 1, Activation.RELU);
        Plan plan = new Plan(List.of(narrow), Schemes.all(), List.of(1L), 1, 20, UpdateRule.SGD, 0.01);

        assertThat(new Runner(2).run(plan, Small.data(), count -> {}))
                .hasSameSizeAs(Schemes.all())
                .allMatch(RunResult::finished);
    }

    @Test
    void run_fusion_startsWhereTheLargerNetworkLedTo_andIsForMlpsOnly() throws InterruptedException {
        List<Scheme> schemes = List.of(Schemes.named("dl4j"), Schemes.named("fusion"));
        Plan plan = new Plan(List.of(Small.MLP, Small.RESIDUAL), schemes, List.of(1L), 40, 10, UpdateRule.ADAM, 0.003);

        List<RunResult> results = new Runner(2).run(plan, Small.data(), count -> {});

        assertThat(results.get(1).trainLoss(0)).isLessThan(results.get(0).trainLoss(0));
        assertThat(results.get(3).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.get(3).note()).contains("fused in MLPs only", "choose another scheme");
    }

    @Test
    void run_convolutions_trainOnPictures() throws InterruptedException {
        NetworkSpec conv = new NetworkSpec(Architecture.CONV, 2, 4, Activation.RELU);
        Plan plan = Small.plan(List.of(conv), List.of(Schemes.named("he")), 0.05);

        assertThat(new Runner(2).run(plan, Small.data(), count -> {})).allMatch(RunResult::finished);
    }
}
