package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.RandomNetwork.Part;
import io.github.dl4jinit.contract.RandomNetwork.Source;
import io.github.dl4jinit.contract.RandomNetwork.Tail;
import io.github.dl4jinit.contract.Signal.Domain;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/** Draws descriptions: one seed, the same description. */
final class RandomNetworks {

    private static final double RARELY = 0.12;

    private final Random random;
    private final boolean graph;

    private RandomNetworks(Random random) {
        this.random = random;
        this.graph = random.nextBoolean();
    }

    /** A description of which a network can be built. */
    static RandomNetwork of(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> new RandomNetworks(random).draw(seed))
                .filter(Assembly::fits)
                .findFirst()
                .orElseThrow();
    }

    private RandomNetwork draw(long seed) {
        int inputs = graph && random.nextInt(3) == 0 ? 2 : 1;
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            sources.add(source(inputs > 1));
        }
        Domain domain = inputs > 1
                ? Domain.VECTOR
                : last(sources.get(0).parts(), sources.get(0).domain());
        List<Part> trunk = parts(domain, random.nextInt(4), graph ? 2 : 0);
        Domain end = last(trunk, domain);
        int outputs = graph && random.nextInt(4) == 0 ? 2 : 1;
        List<Tail> tails = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            tails.add(tail(end));
        }
        RandomNetwork plain =
                new RandomNetwork(seed, graph, type(), 2 + random.nextInt(19), Set.of(), sources, trunk, tails);
        return new RandomNetwork(seed, graph, plain.type(), plain.examples(), settings(plain), sources, trunk, tails);
    }

    private DataType type() {
        int draw = random.nextInt(50);
        return draw == 0 ? DataType.FLOAT16 : draw % 2 == 0 ? DataType.FLOAT : DataType.DOUBLE;
    }

    private Source source(boolean toVector) {
        Domain domain = one(List.of(Domain.values()));
        int rows =
                switch (domain) {
                    case SERIES, SENTENCE -> 2 + random.nextInt(5);
                    case IMAGE -> 3 + random.nextInt(4);
                    default -> 1;
                };
        int columns = domain == Domain.IMAGE ? 3 + random.nextInt(4) : 1;
        int channels = domain == Domain.IMAGE ? 1 + random.nextInt(3) : width();
        List<Part> parts = new ArrayList<>();
        Domain now = domain;
        if (domain == Domain.WORD || domain == Domain.SENTENCE) {
            channels = 3 + random.nextInt(8);
            parts.add(layer(domain == Domain.WORD ? Kind.EMBEDDING : Kind.EMBEDDING_SEQUENCE));
            now = domain == Domain.WORD ? Domain.VECTOR : Domain.SERIES;
        }
        if (toVector) {
            parts.addAll(parts(now, random.nextInt(2), graph ? 1 : 0));
            now = last(parts, domain);
            if (now != Domain.VECTOR) {
                Domain from = now;
                parts.add(layer(one(Stream.of(Kind.values())
                        .filter(kind -> kind.takes(from) && domainAfter(kind, from) == Domain.VECTOR)
                        .toList())));
            }
        }
        return new Source(domain, channels, rows, columns, parts);
    }

    private int width() {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? 12 : 5);
    }

    private List<Part> parts(Domain start, int count, int depth) {
        List<Part> parts = new ArrayList<>();
        Domain domain = start;
        for (int i = 0; i < count; i++) {
            Part part = depth > 0 && random.nextInt(3) == 0 ? knot(domain, depth) : layer(domain);
            parts.add(part);
            domain = last(List.of(part), domain);
        }
        return parts;
    }

    private Part layer(Domain domain) {
        // Ordinary layers come often, so that strange ones meet them.
        Kind ordinary =
                switch (domain) {
                    case SERIES -> one(List.of(Kind.LSTM, Kind.SIMPLE_RNN, Kind.CONV_1D, Kind.DENSE));
                    case IMAGE -> one(List.of(Kind.CONV, Kind.CONV, Kind.POOL));
                    default -> Kind.DENSE;
                };
        return layer(
                random.nextBoolean()
                        ? ordinary
                        : one(Stream.of(Kind.values())
                                .filter(kind -> kind.takes(domain))
                                .toList()));
    }

    private Part layer(Kind kind) {
        return new Part(kind, null, kind.hasWidth() ? width() : 0, twists(kind.twists()), List.of());
    }

    private Part knot(Domain domain, int depth) {
        Knot knot = one(List.of(Knot.values()));
        if (!knot.joins()) {
            return Part.of(knot);
        }
        int branches = knot == Knot.SUBTRACT || knot == Knot.SHARED ? 2 : 2 + random.nextInt(2);
        List<List<Part>> drawn = new ArrayList<>();
        for (int i = 0; i < branches; i++) {
            // What is added to a signal is as wide as the signal.
            boolean keep = knot != Knot.MERGE && (knot != Knot.SHARED || i == 1);
            boolean nothing = knot != Knot.SHARED && i == 0 && random.nextBoolean();
            List<Part> branch = parts(domain, nothing ? 0 : 1 + random.nextInt(2), depth - 1);
            drawn.add(keep ? branch.stream().map(RandomNetworks::kept).toList() : branch);
        }
        return new Part(null, knot, 0, Set.of(), drawn);
    }

    private static Part kept(Part part) {
        return new Part(part.layer(), part.vertex(), 0, part.twists(), part.branches());
    }

    private Tail tail(Domain domain) {
        List<Part> parts = parts(domain, random.nextInt(3) / 2, graph ? 1 : 0);
        Ending ending = random.nextInt(4) == 0 ? one(List.of(Ending.values())) : Ending.OUTPUT;
        Set<Twist> twists = ending == Ending.LOSS || random.nextBoolean() ? Set.of() : twists(Ending.TWISTS);
        return new Tail(parts, ending, one(List.of(Loss.values())), 1 + random.nextInt(4), twists);
    }

    private Set<Twist> twists(Set<Twist.Group> groups) {
        return some(
                Twist.values(),
                Twist::group,
                group -> groups.contains(group) ? group == Twist.Group.ACTIVATION ? 0.5 : RARELY : 0);
    }

    private Set<Setting> settings(RandomNetwork plain) {
        boolean series = Assembly.hasSeries(plain);
        boolean places = series || Assembly.hasImages(plain);
        return some(Setting.values(), Setting::group, group -> switch (group) {
            case UPDATER -> 0.7;
            case FEATURES_MASK -> series ? 0.6 : 0;
            case LABELS_MASK -> 0.15;
            case LAYOUT -> places ? 0.3 : 0;
            case TRUNCATION -> series ? 0.1 : 0;
            default -> RARELY;
        });
    }

    /** At most one of each group, each group with its chance. */
    private <E extends Enum<E>, G extends Enum<G>> Set<E> some(
            E[] all, Function<E, G> groupOf, Function<G, Double> chance) {
        Set<E> drawn = EnumSet.noneOf(all[0].getDeclaringClass());
        Stream.of(all).map(groupOf).distinct().forEach(group -> {
            List<E> members =
                    Stream.of(all).filter(one -> groupOf.apply(one) == group).toList();
            if (random.nextDouble() < chance.apply(group)) {
                drawn.add(one(members));
            }
        });
        return drawn;
    }

    private static Domain last(List<Part> parts, Domain start) {
        Domain domain = start;
        for (Part part : parts) {
            if (part.layer() != null) {
                domain = domainAfter(part.layer(), domain);
            } else if (part.vertex() == Knot.LAST_STEP) {
                domain = Domain.VECTOR;
            } else if (part.vertex() == Knot.DUPLICATE) {
                domain = Domain.SERIES;
            } else if (!part.branches().isEmpty()) {
                domain = last(part.branches().get(0), domain);
            }
        }
        return domain;
    }

    private static Domain domainAfter(Kind kind, Domain domain) {
        return kind.takes(domain) ? kind.after(new Signal(domain, 3, 5, 5), 2).domain() : domain;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
