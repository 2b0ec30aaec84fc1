package io.github.dl4jinit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.contract.CoverageCell.Outcome;
import io.github.dl4jinit.network.Dl4jClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tool on every layer, vertex and preprocessor: it does its work, or says what is in the way. After a change that is meant, write
 * docs/coverage.md anew with {@code mvn -pl dl4j-init-core test -Dtest=CoverageTest -Pslow -Ddl4jinit.writePages=true}.
 */
class CoverageTest {

    private static final Path PAGE = Path.of("..", "docs", "coverage.md");

    /** One network of each kind, chains and graphs in turns, each with its place in the list. */
    static List<Arguments> oneOfEachKind() {
        Map<Class<?>, List<CoveredNetwork>> kinds = CoveredNetworks.all().stream()
                .collect(Collectors.groupingBy(CoveredNetwork::kind, LinkedHashMap::new, Collectors.toList()));
        List<Arguments> chosen = new ArrayList<>();
        kinds.values().forEach(networks -> {
            int place = chosen.size();
            chosen.add(Arguments.of(place, networks.get(place / 4 % networks.size())));
        });
        return chosen;
    }

    @Test
    void everyKindOfDl4j_hasANetwork() {
        Set<Class<?>> covered =
                CoveredNetworks.all().stream().map(CoveredNetwork::kind).collect(Collectors.toSet());
        // A layer in a graph: each of the layers' graphs has it.
        covered.add(LayerVertex.class);
        assertThat(covered)
                .containsAll(Dl4jClasses.concrete(Layer.class))
                .containsAll(Dl4jClasses.concrete(GraphVertex.class))
                .containsAll(Dl4jClasses.concrete(InputPreProcessor.class));
    }

    /** Each kind with a quarter of the tools, in turns, so that each tool meets a quarter of the kinds; all cells are in the slow profile. */
    @ParameterizedTest(name = "{1}")
    @MethodSource("oneOfEachKind")
    void someTools_doTheirWorkOrSayWhyNot(int place, CoveredNetwork network) {
        assertThat(wrong(CoverageCell.row(network, tool -> (tool + place) % 4 == 0)))
                .isEmpty();
    }

    @Test
    @Tag("slow")
    void page_coverage_isWhatTheToolsDo() throws IOException {
        Map<CoveredNetwork, Map<String, CoverageCell>> table = new LinkedHashMap<>();
        CoveredNetworks.all().forEach(network -> table.put(network, CoverageCell.row(network)));
        Map<String, Map<String, CoverageCell>> wrong = new LinkedHashMap<>();
        table.forEach((network, row) -> wrong.put(network.label(), wrong(row)));
        wrong.values().removeIf(Map::isEmpty);
        assertThat(wrong).isEmpty();
        String page = new CoveragePage(table).text(Files.exists(PAGE) ? Files.readString(PAGE) : "");
        if (Boolean.getBoolean("dl4jinit.writePages")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static Map<String, CoverageCell> wrong(Map<String, CoverageCell> row) {
        Map<String, CoverageCell> wrong = new LinkedHashMap<>(row);
        wrong.values().removeIf(cell -> cell.outcome() != Outcome.WRONG);
        return wrong;
    }
}
