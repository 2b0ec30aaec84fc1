package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.RandomNetwork.Part;
import io.github.dl4jinit.contract.RandomNetwork.Source;
import io.github.dl4jinit.contract.RandomNetwork.Tail;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/** Descriptions that are one step smaller than another: those that leave out much come first. */
final class Smaller {

    private Smaller() {}

    /**
     * Follows a failure down to the smallest description that still fails in the same way.
     *
     * @param failing fails
     * @param failure in which way a description fails, or empty if it does not
     * @param tries at most so many descriptions are tried
     * @return a description of which nothing can be left out, or the best after all tries
     */
    static RandomNetwork smallest(RandomNetwork failing, Function<RandomNetwork, Optional<String>> failure, int tries) {
        Optional<String> way = failure.apply(failing);
        RandomNetwork best = failing;
        int left = tries;
        boolean smaller = way.isPresent();
        while (smaller) {
            smaller = false;
            for (RandomNetwork candidate : of(best)) {
                if (left-- <= 0) {
                    return best;
                }
                if (failure.apply(candidate).equals(way)) {
                    best = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return best;
    }

    /** All descriptions that are one step smaller and of which a network can be built. */
    static List<RandomNetwork> of(RandomNetwork network) {
        List<RandomNetwork> all = new ArrayList<>();
        if (network.tails().size() > 1) {
            without(network.tails())
                    .forEach(tails -> all.add(with(network, network.sources(), network.trunk(), tails)));
        }
        if (network.sources().size() > 1) {
            without(network.sources())
                    .forEach(sources -> all.add(with(network, sources, network.trunk(), network.tails())));
        }
        parts(network.trunk()).forEach(trunk -> all.add(with(network, network.sources(), trunk, network.tails())));
        each(network.sources(), Smaller::source)
                .forEach(sources -> all.add(with(network, sources, network.trunk(), network.tails())));
        each(network.tails(), Smaller::tail)
                .forEach(tails -> all.add(with(network, network.sources(), network.trunk(), tails)));
        without(network.settings()).forEach(settings -> all.add(with(network, settings)));
        sizes(network.examples(), 1)
                .forEach(examples -> all.add(new RandomNetwork(
                        network.seed(),
                        network.graph(),
                        network.type(),
                        examples,
                        network.settings(),
                        network.sources(),
                        network.trunk(),
                        network.tails())));
        if (network.graph() || network.type() != DataType.DOUBLE) {
            all.add(plainer(network, false, network.type()));
            all.add(plainer(network, network.graph(), DataType.DOUBLE));
        }
        return all.stream()
                .filter(one -> !one.equals(network))
                .filter(Assembly::fits)
                .toList();
    }

    private static RandomNetwork plainer(RandomNetwork network, boolean graph, DataType type) {
        return new RandomNetwork(
                network.seed(),
                graph,
                type,
                network.examples(),
                network.settings(),
                network.sources(),
                network.trunk(),
                network.tails());
    }

    private static RandomNetwork with(RandomNetwork network, List<Source> sources, List<Part> trunk, List<Tail> tails) {
        return new RandomNetwork(
                network.seed(),
                network.graph(),
                network.type(),
                network.examples(),
                network.settings(),
                sources,
                trunk,
                tails);
    }

    private static RandomNetwork with(RandomNetwork network, Set<Setting> settings) {
        return new RandomNetwork(
                network.seed(),
                network.graph(),
                network.type(),
                network.examples(),
                settings,
                network.sources(),
                network.trunk(),
                network.tails());
    }

    private static Stream<Source> source(Source source) {
        return Stream.of(
                        parts(source.parts())
                                .map(parts -> new Source(
                                        source.domain(), source.channels(), source.rows(), source.columns(), parts)),
                        sizes(source.rows(), 1)
                                .map(rows -> new Source(
                                        source.domain(), source.channels(), rows, source.columns(), source.parts())),
                        sizes(source.columns(), 1)
                                .map(columns -> new Source(
                                        source.domain(), source.channels(), source.rows(), columns, source.parts())),
                        sizes(source.channels(), 1)
                                .map(channels -> new Source(
                                        source.domain(), channels, source.rows(), source.columns(), source.parts())))
                .flatMap(one -> one);
    }

    private static Stream<Tail> tail(Tail tail) {
        return Stream.of(
                        parts(tail.parts())
                                .map(parts -> new Tail(parts, tail.ending(), tail.loss(), tail.width(), tail.twists())),
                        without(tail.twists()).stream()
                                .map(twists ->
                                        new Tail(tail.parts(), tail.ending(), tail.loss(), tail.width(), twists)),
                        sizes(tail.width(), 1)
                                .map(width -> new Tail(tail.parts(), tail.ending(), tail.loss(), width, tail.twists())),
                        Stream.of(new Tail(tail.parts(), Ending.OUTPUT, Loss.MSE, tail.width(), tail.twists())))
                .flatMap(one -> one);
    }

    /** One part less, a branch in the place of its vertex, or one part smaller. */
    private static Stream<List<Part>> parts(List<Part> parts) {
        Stream<List<Part>> branches = Stream.empty();
        for (int i = 0; i < parts.size(); i++) {
            int place = i;
            branches = Stream.concat(branches, parts.get(i).branches().stream().map(branch -> {
                List<Part> inlined = new ArrayList<>(parts.subList(0, place));
                inlined.addAll(branch);
                inlined.addAll(parts.subList(place + 1, parts.size()));
                return inlined;
            }));
        }
        return Stream.of(without(parts).stream(), branches, each(parts, Smaller::part))
                .flatMap(one -> one);
    }

    private static Stream<Part> part(Part part) {
        Stream<List<List<Part>>> fewer =
                part.branches().size() > 2 ? without(part.branches()).stream() : Stream.empty();
        return Stream.of(
                        Stream.concat(fewer, each(part.branches(), Smaller::parts))
                                .map(branches ->
                                        new Part(part.layer(), part.vertex(), part.width(), part.twists(), branches)),
                        without(part.twists()).stream()
                                .map(twists ->
                                        new Part(part.layer(), part.vertex(), part.width(), twists, part.branches())),
                        sizes(part.width(), 0)
                                .map(width ->
                                        new Part(part.layer(), part.vertex(), width, part.twists(), part.branches())))
                .flatMap(one -> one);
    }

    /** The smallest that is allowed, half of it, and one less; 0 stays 0. */
    private static Stream<Integer> sizes(int size, int smallest) {
        return Stream.of(Math.max(smallest, 1), size / 2, size - 1)
                .filter(other -> other >= Math.max(smallest, 1) && other < size)
                .distinct();
    }

    private static <T> List<List<T>> without(List<T> list) {
        List<List<T>> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            List<T> rest = new ArrayList<>(list);
            rest.remove(i);
            all.add(rest);
        }
        return all;
    }

    private static <E extends Enum<E>> List<Set<E>> without(Set<E> set) {
        return without(new ArrayList<>(set)).stream()
                .map(rest -> (Set<E>) new TreeSet<>((Collection<E>) rest))
                .toList();
    }

    /** The list with one of its elements made smaller. */
    private static <T> Stream<List<T>> each(List<T> list, Function<T, Stream<T>> smaller) {
        Stream<List<T>> all = Stream.empty();
        for (int i = 0; i < list.size(); i++) {
            int place = i;
            all = Stream.concat(all, smaller.apply(list.get(i)).map(one -> {
                List<T> changed = new ArrayList<>(list);
                changed.set(place, one);
                return changed;
            }));
        }
        return all;
    }
}
