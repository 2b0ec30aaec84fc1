package io.github.dl4jinit.examples.study.sinl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.InitialState;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.examples.study.RateSearch;
import io.github.dl4jinit.examples.study.RateSearch.Choice;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.initializer.Sinl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

class CellTrainerTest {

    private static final int EPOCHS = 2;

    @TempDir
    private Path folder;

    @Test
    void chosenAndTrained_areWhatTheJournalHas() throws IOException {
        CellTrainer trainer = trainer();
        GridCell cell = cell(Sinl.balanced());
        assertThat(trainer.chosen(cell)).isEmpty();

        Choice choice = trainer.choose(cell);
        Trace trace = trainer.train(cell, choice.rate(), 1);

        assertThat(trace.objective()).hasSize(EPOCHS + 1);
        assertThat(trace.accuracy()).hasSize(EPOCHS + 1).allSatisfy(share -> assertThat(share)
                .isBetween(0.0, 1.0));
        assertThat(trace.lastObjective()).isLessThan(trace.objective().get(0));
        CellTrainer restarted = trainer();
        assertThat(restarted.chosen(cell)).contains(choice);
        assertThat(restarted.trained(cell, choice.rate(), 1)).contains(trace);
        assertThat(restarted.trained(cell, choice.rate(), 2)).isEmpty();
        long lines = Files.readAllLines(folder.resolve("raw.csv")).size();
        restarted.train(cell, choice.rate(), 1);
        assertThat(Files.readAllLines(folder.resolve("raw.csv"))).hasSize((int) lines);
    }

    /** The same bits by either of DL4J's two kinds of network, initialization on the data included. */
    @Test
    void graph_trainsLikeTheChain() {
        CellTrainer trainer = trainer();
        GridCell cell = cell(Sinl.balanced());

        MatchedPair twins = new MatchedPair(trainer.train(cell, 0.1, 1), trainer.train(cell.asGraph(), 0.1, 1));

        assertThat(twins.disagreement()).isZero();
        MatchedPair strangers = new MatchedPair(trainer.train(cell, 0.1, 1), trainer.train(cell.asGraph(), 0.1, 2));
        assertThat(strangers.disagreement()).as("the control").isPositive();
    }

    private CellTrainer trainer() {
        return new CellTrainer(
                CellTrainer.journal(folder.resolve("raw.csv"), EPOCHS),
                new RateSearch(List.of(0.01, 0.1), List.of(1001L)),
                UpdateRule.NESTEROV,
                EPOCHS,
                20);
    }

    private static GridCell cell(NetworkInitializer initializer) {
        return new GridCell(
                new Shapeset(7).sample(60, 10, 40),
                new NetworkSpec(Architecture.MLP, 2, 8, Activation.TANH),
                new Scheme("some", "Some", "", new InitialState.FirstBatch(initializer, 60)));
    }
}
