package io.github.dl4jinit.initializer;

import io.github.dl4jinit.initializer.Sinl.Order;
import io.github.dl4jinit.initializer.Sinl.Signal;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.InitReport.BridgeLine;
import io.github.dl4jinit.report.InitReport.PairLine;
import io.github.dl4jinit.report.InitReport.StageTime;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.scheme.Orthogonal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One run of {@link Sinl} on one network. */
final class SinlPass {

    private final Sinl settings;
    private final MultiDataSet batch;
    private final Stopwatch watch = new Stopwatch();
    private final List<LayerPair> pairs = new ArrayList<>();
    /** By position of the layer. */
    private final Map<Integer, Double> firstVariances = new HashMap<>();

    private final Map<Integer, Double> lastVariances = new HashMap<>();

    /** Signals that no pair has changed, such as the network's input, are decomposed once. */
    private final Map<LayerPair, RidgePseudoInverse> inverses = new HashMap<>();

    SinlPass(Sinl settings, MultiDataSet batch) {
        this.settings = settings;
        this.batch = batch;
    }

    List<LayerReport> run(NetworkView network) {
        requireVariety();
        List<Chain> chains = network.chains();
        List<List<LayerPair>> rounds = rounds(chains);
        if (settings.orthogonalStart()) {
            watch.time(
                    "base weights",
                    () -> chains.forEach(chain -> chain.layers().forEach(layer -> new Orthogonal(1)
                            .fill(weight(layer).shape(), weight(layer).weights()))));
        }
        Map<LayerPair, TransferMap> initial = settings.refresh() ? Map.of() : measure(network, pairs, firstVariances);
        for (List<LayerPair> round : rounds) {
            boolean measurable = round.stream().anyMatch(pair -> !pair.isMiddle());
            Map<LayerPair, TransferMap> transfers =
                    settings.refresh() && measurable ? measure(network, round, firstVariances) : initial;
            for (LayerPair pair : round) {
                if (pair.isMiddle()) {
                    alignMiddle(pair);
                } else {
                    align(pair, Objects.requireNonNull(transfers.get(pair)));
                }
            }
        }
        Map<LayerPair, TransferMap> reached = measure(network, pairs, lastVariances);
        watch.time("report", () -> pairs.forEach(pair -> pair.after(finished(pair, reached))));
        return lines(network, chains);
    }

    /** The pairs of all chains, those that take their turn together in one list. */
    private List<List<LayerPair>> rounds(List<Chain> chains) {
        List<List<LayerPair>> rounds = new ArrayList<>();
        for (Chain chain : chains) {
            List<LayerPair> turns = LayerPair.of(chain);
            pairs.addAll(turns);
            if (settings.order() == Order.OUTWARD) {
                Collections.reverse(turns);
            }
            for (int turn = 0; turn < turns.size(); turn++) {
                if (turn == rounds.size()) {
                    rounds.add(new ArrayList<>());
                }
                rounds.get(turn).add(turns.get(turn));
            }
        }
        return rounds;
    }

    /** One example, or the same one again and again, shows no direction that could be aligned. */
    private void requireVariety() {
        INDArray[] features = batch.getFeatures();
        if (features == null) {
            return;
        }
        for (INDArray input : features) {
            if (input == null || input.isEmpty() || varies(input)) {
                return;
            }
        }
        throw new IllegalArgumentException("SINL needs at least two different examples, got "
                + (features.length == 0 ? 0 : features[0].size(0)) + " that do not differ: give a larger batch");
    }

    private static boolean varies(INDArray input) {
        INDArray first = input.slice(0);
        return LongStream.range(1, input.size(0))
                .anyMatch(i -> input.slice(i).neq(first).any());
    }

    /** Chained layers have one weight array. */
    private static WeightView weight(LayerView layer) {
        return layer.weights().get(0);
    }

    private static INDArray matrix(LayerView layer) {
        return weight(layer).shape().matrices(weight(layer).weights()).get(0);
    }

    /** The maps of the pairs among these that have something between their ends, by one forward pass. */
    private Map<LayerPair, TransferMap> measure(
            NetworkView network, List<LayerPair> wanted, Map<Integer, Double> variances) {
        Map<Integer, LayerPair> byFirst = new HashMap<>();
        Map<Integer, LayerPair> byLast = new HashMap<>();
        for (LayerPair pair : wanted) {
            if (!pair.isMiddle()) {
                byFirst.put(pair.first().position(), pair);
                byLast.put(pair.last().position(), pair);
            }
        }
        Map<LayerPair, Samples> inputs = new HashMap<>();
        Map<LayerPair, TransferMap> transfers = new HashMap<>();
        LayerVisitor visitor = new LayerVisitor() {
            @Override
            public boolean linear() {
                return settings.signal() == Signal.LINEAR;
            }

            @Override
            public void respond(LayerView layer, Response response) {
                if (settings.unitResponses() && layer.whyUnchained().isEmpty()) {
                    balance(response);
                }
                variances.putIfAbsent(layer.position(), response.moments().variance());
                LayerPair starting = byFirst.get(layer.position());
                if (starting != null) {
                    inputs.put(starting, response.inputs());
                }
                LayerPair ending = byLast.get(layer.position());
                if (ending != null) {
                    Samples input = Objects.requireNonNull(inputs.remove(ending));
                    transfers.put(ending, watch.time("bridge", () -> {
                        TransferMap transfer =
                                TransferMap.of(input, response.outputs(), settings, inverses.get(ending));
                        inverses.put(ending, transfer.inverse());
                        return transfer;
                    }));
                }
            }
        };
        watch.time("forward", () -> network.sweep(batch, visitor));
        return transfers;
    }

    /** Unit deviation over the batch, all units together, and mean 0 of each unit. */
    private static void balance(Response response) {
        Samples samples = response.outputs();
        double deviation = samples.deviations().norm2Number().doubleValue();
        if (deviation > 0) {
            response.scale(Math.sqrt(samples.count() * (double) samples.rows().columns()) / deviation);
        }
        response.centre();
    }

    private void align(LayerPair pair, TransferMap transfer) {
        String defect = transfer.defect();
        if (!defect.isEmpty()) {
            pair.before(transfer.report(), "");
            pair.stalled(defect);
            return;
        }
        RotationAlignment alignment = watch.time("svd", () -> RotationAlignment.of(transfer, settings));
        pair.before(transfer.report(alignment.singularValues()), transfer.remarks());
        watch.time("rotation", () -> {
            alignment.turnInputs(weight(pair.first()));
            alignment.turnOutputs(weight(pair.last()));
        });
    }

    /** The map over a single layer is its weight: nothing has to be fitted. */
    private void alignMiddle(LayerPair pair) {
        INDArray weight = matrix(pair.first());
        WeightSpectrum layer = watch.time("svd", () -> single(weight));
        pair.before(layer.report(), weight.isSquare() ? "" : TransferMap.widthsDiffer(weight));
        if (layer.s()[0] == 0) {
            pair.stalled("its weights are all zero");
            return;
        }
        watch.time("rotation", () -> layer.scale(weight, RotationAlignment.middle(layer.s(), settings)));
    }

    /** No other layer's turn changes a middle but by a factor: drawn as an isometry, it is one. */
    private WeightSpectrum single(INDArray weight) {
        return WeightSpectrum.of(weight, settings.orthogonalStart());
    }

    private BridgeLine finished(LayerPair pair, Map<LayerPair, TransferMap> reached) {
        return pair.isMiddle()
                ? single(matrix(pair.first())).report()
                : Objects.requireNonNull(reached.get(pair)).report();
    }

    private List<LayerReport> lines(NetworkView network, List<Chain> chains) {
        Map<Integer, String> starts = new HashMap<>();
        chains.forEach(chain -> starts.put(
                chain.layers().get(0).position(), "first of " + chain.layers().size() + " after " + chain.start()));
        Map<Integer, LayerPair> pairOf = new HashMap<>();
        for (LayerPair pair : pairs) {
            pairOf.put(pair.first().position(), pair);
            pairOf.put(pair.last().position(), pair);
        }
        return network.layers().stream()
                .map(layer -> {
                    LayerPair pair = pairOf.get(layer.position());
                    return pair == null
                            ? ReportLines.skipped(layer, layer.whyUnchained().orElseThrow())
                            : line(layer, pair, starts.getOrDefault(layer.position(), ""));
                })
                .toList();
    }

    private LayerReport line(LayerView layer, LayerPair pair, String start) {
        Outcome outcome = pair.outcome();
        boolean measured = settings.signal() == Signal.ACTIVATIONS;
        return ReportLines.of(
                layer,
                weight(layer).parameter(),
                outcome,
                new Scaling(
                        measured ? firstVariances.get(layer.position()) : null,
                        measured ? lastVariances.get(layer.position()) : null,
                        outcome == Outcome.CONVERGED ? 1 : 0),
                outcome == Outcome.CONVERGED || start.isEmpty()
                        ? start + pair.obstacle()
                        : start + "; " + pair.obstacle());
    }

    List<PairLine> pairs() {
        return pairs.stream().map(LayerPair::report).toList();
    }

    List<StageTime> times() {
        return watch.times();
    }
}
