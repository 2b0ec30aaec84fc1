package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.Signal.Domain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/**
 * A network and its batch as data: it can be printed, read again and made smaller. {@link Assembly} makes DL4J's configuration of it.
 *
 * <p>Sources, each with parts of its own, run together into a trunk, and the trunk runs into tails. Whatever has one source, one tail and no
 * vertices can be a chain.
 *
 * @param seed of the weights and of the batch
 * @param graph a ComputationGraph, or a MultiLayerNetwork
 * @param type of the parameters
 * @param examples in the batch
 * @param settings of the whole network and of the batch
 * @param sources inputs
 * @param trunk what comes behind all sources
 * @param tails outputs
 */
record RandomNetwork(
        @JsonProperty("seed") long seed,
        @JsonProperty("graph") boolean graph,
        @JsonProperty("type") DataType type,
        @JsonProperty("examples") int examples,
        @JsonProperty("settings") Set<Setting> settings,
        @JsonProperty("sources") List<Source> sources,
        @JsonProperty("trunk") List<Part> trunk,
        @JsonProperty("tails") List<Tail> tails) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setSerializationInclusion(JsonInclude.Include.NON_EMPTY)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING);

    RandomNetwork {
        settings = sorted(settings);
        sources = List.copyOf(sources);
        trunk = list(trunk);
        tails = List.copyOf(tails);
    }

    /**
     * An input.
     *
     * @param domain what it is
     * @param channels columns, channels, or words in the vocabulary
     * @param rows time steps or height, else 1
     * @param columns width of images, else 1
     * @param parts behind it
     */
    record Source(
            @JsonProperty("domain") Domain domain,
            @JsonProperty("channels") int channels,
            @JsonProperty("rows") int rows,
            @JsonProperty("columns") int columns,
            @JsonProperty("parts") List<Part> parts) {

        Source {
            parts = list(parts);
        }

        Signal signal() {
            return new Signal(domain, channels, rows, columns);
        }
    }

    /**
     * A layer, or a vertex with its branches.
     *
     * @param layer or null
     * @param vertex or null
     * @param width channels of a layer's output; 0 for as many as come in
     * @param twists of a layer
     * @param branches of a vertex, all from the same place; an empty one is that place itself
     */
    record Part(
            @JsonProperty("layer") @Nullable Kind layer,
            @JsonProperty("vertex") @Nullable Knot vertex,

            @JsonProperty("width") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            int width,

            @JsonProperty("twists") Set<Twist> twists,
            @JsonProperty("branches") List<List<Part>> branches) {

        Part {
            twists = sorted(twists);
            branches = branches == null
                    ? List.of()
                    : branches.stream().map(List::copyOf).toList();
        }

        static Part of(Kind layer, int width, Twist... twists) {
            return new Part(layer, null, width, Set.of(twists), List.of());
        }

        static Part of(Knot vertex) {
            return new Part(null, vertex, 0, Set.of(), List.of());
        }
    }

    /**
     * An output.
     *
     * @param parts before it
     * @param ending its kind of layer
     * @param loss its loss
     * @param width units, where it has weights
     * @param twists of the layer
     */
    record Tail(
            @JsonProperty("parts") List<Part> parts,
            @JsonProperty("ending") Ending ending,
            @JsonProperty("loss") Loss loss,
            @JsonProperty("width") int width,
            @JsonProperty("twists") Set<Twist> twists) {

        Tail {
            parts = list(parts);
            twists = sorted(twists);
        }
    }

    private static <E extends Enum<E>> Set<E> sorted(@Nullable Set<E> set) {
        return Collections.unmodifiableSet(set == null ? new TreeSet<>() : new TreeSet<>(set));
    }

    /** JSON leaves out what is empty. */
    private static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    boolean has(Setting setting) {
        return settings.contains(setting);
    }

    /** {@return one line of JSON} */
    @Override
    public String toString() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@link #toString} wrote. */
    static RandomNetwork read(String json) {
        try {
            return JSON.readValue(json, RandomNetwork.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
