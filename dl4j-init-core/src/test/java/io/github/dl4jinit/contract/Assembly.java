package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.RandomNetwork.Part;
import io.github.dl4jinit.contract.RandomNetwork.Source;
import io.github.dl4jinit.contract.RandomNetwork.Tail;
import io.github.dl4jinit.contract.Signal.DoesNotFit;
import io.github.dl4jinit.contract.Signal.Domain;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/** DL4J's configuration of a description. */
final class Assembly {

    private static final int TRUNCATED_STEPS = 2;

    private final RandomNetwork description;
    private final List<Placed> placed = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private String seriesName = "";
    private int seriesSteps;
    private boolean straight = true;

    /** A layer or vertex in its place. */
    private record Placed(
            String name, @Nullable Layer layer, @Nullable GraphVertex vertex, List<String> from) {}

    /** A signal and who puts it out. */
    private record Wire(String from, Signal signal) {}

    private Assembly(RandomNetwork description) {
        this.description = description;
        for (int i = 0; i < description.sources().size(); i++) {
            Source source = description.sources().get(i);
            inputs.add("in" + i);
            if (source.signal().isSeries() && seriesSteps == 0) {
                seriesName = "in" + i;
                seriesSteps = source.rows();
            }
        }
        List<Wire> ends = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Source source = description.sources().get(i);
            ends.add(sequence(source.parts(), new Wire(inputs.get(i), source.signal())));
        }
        Wire trunk = sequence(description.trunk(), ends.size() == 1 ? ends.get(0) : join(Knot.MERGE, ends));
        for (Tail tail : description.tails()) {
            Wire end = sequence(tail.parts(), trunk);
            Kind.Making making = new Kind.Making(end.signal(), tail.width(), description.has(Setting.CHANNELS_LAST));
            if (description.has(Setting.TRUNCATED) && end.signal().domain() != Domain.SERIES) {
                throw new DoesNotFit("truncation wants a series at the end");
            }
            outputs.add(place(tail.ending().layer(making, tail.loss(), tail.twists()), end.from()));
        }
        if (!description.graph() && (!straight || inputs.size() > 1 || outputs.size() > 1)) {
            throw new DoesNotFit("a chain has no branches");
        }
        if (description.examples() < 1) {
            throw new DoesNotFit("no examples");
        }
    }

    /**
     * Builds and initializes a network.
     *
     * @throws DoesNotFit if there is none
     */
    static Model network(RandomNetwork description) {
        Assembly assembly = new Assembly(description);
        Model model = description.graph() ? assembly.graph() : assembly.chain();
        model.init();
        return model;
    }

    /** Whether a network can be built, as far as the description knows. */
    static boolean fits(RandomNetwork description) {
        try {
            new Assembly(description);
            return true;
        } catch (DoesNotFit no) {
            return false;
        }
    }

    private Wire sequence(List<Part> parts, Wire start) {
        Wire wire = start;
        for (Part part : parts) {
            wire = part.layer() != null ? layer(part, part.layer(), wire) : knot(part, wire);
        }
        return wire;
    }

    private Wire layer(Part part, Kind kind, Wire in) {
        Signal out = kind.after(in.signal(), part.width());
        Kind.Making making = new Kind.Making(in.signal(), out.channels(), description.has(Setting.CHANNELS_LAST));
        return new Wire(place(kind.layer(making, part.twists()), in.from()), out);
    }

    private Wire knot(Part part, Wire in) {
        straight = false;
        Knot knot = part.vertex();
        if (knot == null) {
            throw new DoesNotFit("neither a layer nor a vertex");
        }
        if (knot == Knot.SHARED) {
            return shared(part, in);
        }
        if (knot.joins()) {
            return join(
                    knot,
                    part.branches().stream().map(branch -> sequence(branch, in)).toList());
        }
        Knot.Tied tied = new Knot.Tied(in.signal(), seriesName, seriesSteps);
        Signal out = knot.after(tied);
        return new Wire(place(knot.vertex(tied), in.from()), out);
    }

    private Wire join(Knot knot, List<Wire> wires) {
        straight = false;
        Signal out = knot.joined(wires.stream().map(Wire::signal).toList());
        GraphVertex vertex = knot.vertex(new Knot.Tied(out, seriesName, seriesSteps));
        return new Wire(place(vertex, wires.stream().map(Wire::from).toArray(String[]::new)), out);
    }

    /** Rows of both signals on top of each other run through one branch, and are taken apart again. */
    private Wire shared(Part part, Wire in) {
        if (part.branches().size() != 2) {
            throw new DoesNotFit("SHARED wants two branches");
        }
        Wire other = sequence(part.branches().get(1), in);
        if (!other.signal().equals(in.signal())) {
            throw new DoesNotFit("stacked signals are not alike");
        }
        Wire stack = new Wire(place(new StackVertex(), in.from(), other.from()), in.signal());
        Wire result = sequence(part.branches().get(0), stack);
        List<Wire> apart = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            apart.add(new Wire(place(new UnstackVertex(i, 2), result.from()), result.signal()));
        }
        return join(Knot.SHARED, apart);
    }

    private String place(Layer layer, String from) {
        placed.add(new Placed("p" + placed.size(), layer, null, List.of(from)));
        return "p" + (placed.size() - 1);
    }

    private String place(GraphVertex vertex, String... from) {
        placed.add(new Placed("p" + placed.size(), null, vertex, List.of(from)));
        return "p" + (placed.size() - 1);
    }

    private NeuralNetConfiguration.Builder base() {
        NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                .seed(description.seed())
                .dataType(description.type())
                .activation(Activation.TANH);
        description.settings().forEach(setting -> setting.on(builder));
        return builder;
    }

    private InputType type(Source source) {
        return source.signal().type(description.has(Setting.CHANNELS_LAST), description.has(Setting.FLAT));
    }

    private MultiLayerNetwork chain() {
        NeuralNetConfiguration.ListBuilder list = base().list();
        placed.forEach(one -> list.layer(one.layer()));
        list.setInputType(type(description.sources().get(0)));
        if (description.has(Setting.TRUNCATED)) {
            list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(TRUNCATED_STEPS);
        }
        return new MultiLayerNetwork(list.build());
    }

    private ComputationGraph graph() {
        ComputationGraphConfiguration.GraphBuilder graph =
                base().graphBuilder().addInputs(inputs).setOutputs(outputs.toArray(String[]::new));
        graph.setInputTypes(description.sources().stream().map(this::type).toArray(InputType[]::new));
        for (Placed one : placed) {
            if (one.layer() != null) {
                graph.addLayer(one.name(), one.layer(), one.from().toArray(String[]::new));
            } else {
                graph.addVertex(one.name(), one.vertex(), one.from().toArray(String[]::new));
            }
        }
        if (description.has(Setting.TRUNCATED)) {
            graph.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(TRUNCATED_STEPS);
        }
        return new ComputationGraph(graph.build());
    }

    /** Whether any source is a series: then masks and truncation mean something. */
    static boolean hasSeries(RandomNetwork description) {
        return description.sources().stream().anyMatch(source -> source.signal().isSeries());
    }

    /** Whether any source has positions: then layouts mean something. */
    static boolean hasImages(RandomNetwork description) {
        return description.sources().stream().anyMatch(source -> source.domain() == Domain.IMAGE);
    }
}
