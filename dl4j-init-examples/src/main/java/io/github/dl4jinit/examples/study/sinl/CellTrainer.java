package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.compare.RunResult;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.GridRun;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.RateSearch;
import io.github.dl4jinit.examples.study.RateSearch.Choice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains cells, each at the learning rate that a search on the validation part found for it, and writes every run into a
 * journal. May be used from several threads, each of which trains one network at a time.
 *
 * @param journal where the numbers go
 * @param search how rates are chosen
 * @param rule the update rule
 * @param epochs passes over the training data
 * @param batch examples of a minibatch
 */
public record CellTrainer(Journal journal, RateSearch search, UpdateRule rule, int epochs, int batch) {

    /**
     * A journal with the columns that this class writes: a search has one number, the loss on the validation part at the
     * end; a training has the loss on the test part at the end, then all objectives and accuracies.
     *
     * @param file the CSV file
     * @param epochs passes over the training data
     * @return the journal
     */
    public static Journal journal(Path file, int epochs) {
        return Journal.open(
                file,
                List.of("data", "network", "scheme", "stage", "rate", "seed"),
                Stream.of(Stream.of("loss"), numbered("objective", epochs), numbered("accuracy", epochs))
                        .flatMap(names -> names)
                        .toList());
    }

    private static Stream<String> numbered(String name, int last) {
        return IntStream.rangeClosed(0, last).mapToObj(epoch -> name + "_" + epoch);
    }

    /**
     * Searches the learning rate of a cell.
     *
     * @param cell what to train
     * @return the best rate
     */
    public Choice choose(GridCell cell) {
        return search.valley((rate, seed) -> journal.row(key(cell, "search", rate, seed), () ->
                new double[] {run(cell, cell.data().forChoosing(), rate, seed).testLoss(epochs)})[0]);
    }

    /**
     * Trains a cell.
     *
     * @param cell what to train
     * @param rate the learning rate
     * @param seed the seed of weights and order
     * @return objective and accuracy after each epoch
     */
    public Trace train(GridCell cell, double rate, long seed) {
        return trace(journal.row(key(cell, "training", rate, seed), () -> {
            RunResult run = run(cell, cell.data(), rate, seed);
            return DoubleStream.concat(
                            DoubleStream.of(run.testLoss(epochs)),
                            DoubleStream.concat(
                                    IntStream.rangeClosed(0, epochs).mapToDouble(run::trainLoss),
                                    IntStream.rangeClosed(0, epochs).mapToDouble(run::testAccuracy)))
                    .toArray();
        }));
    }

    /**
     * The rate of a cell, if all trials that its search needs are in the journal.
     *
     * @param cell what was trained
     * @return the best rate, or empty
     */
    public Optional<Choice> chosen(GridCell cell) {
        try {
            return Optional.of(search.valley((rate, seed) ->
                    journal.known(key(cell, "search", rate, seed)).orElseThrow()[0]));
        } catch (NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /**
     * A training that is in the journal.
     *
     * @param cell what was trained
     * @param rate the learning rate
     * @param seed the seed of weights and order
     * @return objective and accuracy after each epoch, or empty
     */
    public Optional<Trace> trained(GridCell cell, double rate, long seed) {
        return journal.known(key(cell, "training", rate, seed)).map(this::trace);
    }

    private Trace trace(double[] numbers) {
        int middle = epochs + 2;
        return new Trace(part(numbers, 1, middle), part(numbers, middle, numbers.length));
    }

    private static List<Double> part(double[] numbers, int from, int to) {
        return Arrays.stream(numbers, from, to).boxed().toList();
    }

    private static List<String> key(GridCell cell, String stage, double rate, long seed) {
        return List.of(
                cell.data().name(),
                cell.network().name(),
                cell.scheme().name(),
                stage,
                String.valueOf(rate),
                String.valueOf(seed));
    }

    private RunResult run(GridCell cell, LabelledData data, double rate, long seed) {
        RunResult run = new GridRun(epochs, batch, rule, rate).train(cell.network(), cell.scheme(), seed, data);
        if (run.outcome() == Outcome.FAILED) {
            throw new IllegalStateException(key(cell, "", rate, seed) + " failed: " + run.note());
        }
        return run;
    }
}
