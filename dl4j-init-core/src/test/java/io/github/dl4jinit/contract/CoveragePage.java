package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.CoverageCell.Outcome;
import io.github.dl4jinit.initializer.EveryInitializer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * docs/coverage.md, without what other tests write into it.
 *
 * @param table what became of every tool on every network
 */
@SuppressWarnings({"NullAway", "StringSplitter"}) // Every row has every tool.
record CoveragePage(Map<CoveredNetwork, Map<String, CoverageCell>> table) {

    /** Sections that are made elsewhere, kept as they are. */
    private static final Pattern FOREIGN = Pattern.compile("<!-- zoo -->.*<!-- /zoo -->\n", Pattern.DOTALL);

    private static final Map<Outcome, String> SIGNS =
            Map.of(Outcome.DONE, "done", Outcome.SKIPPED, "in part", Outcome.REFUSED, "no", Outcome.DL4J_FAILS, "-");

    String text(String before) {
        StringBuilder page = new StringBuilder("""
                # Coverage

                What each tool makes of each layer, vertex and preprocessor of Deeplearning4j 1.0.0-M2.1, found on its class path, and of layers as users
                write them. Each is the heart of a small network, in double precision: as a chain that predicts numbers and as a graph that predicts
                classes. This page is written by a test, which fails where a tool does none of these:

                - **done**: it did all of its work;
                - **in part**: it left layers alone, and its report says why;
                - **no**: it refuses the network, and says why;
                - **-**: Deeplearning4j itself, without this library, cannot compute or train the network.

                An initializer has done its work if [`InitializerContract`](architecture.md) finds nothing: nothing of the user's changed, the report agrees with
                Deeplearning4j's own forward pass, each layer with parameters has its line, one seed gives the same bits, NaN is refused, and its listener's updates
                are those of a network initialized by hand, to the last bit. Where a chain and a graph differ, both are given.

                """);
        section(page, "Schemes", CoveredTools.schemes().keySet());
        section(page, "Initializers", EveryInitializer.byName().keySet());
        section(page, "Probes, kernels, trainers", CoveredTools.others().keySet());
        reasons(page);
        failures(page);
        Matcher foreign = FOREIGN.matcher(before);
        while (foreign.find()) {
            page.append('\n').append(foreign.group());
        }
        return page.toString();
    }

    /** One row for a chain and its graph. */
    private void section(StringBuilder page, String title, Collection<String> tools) {
        page.append("## ").append(title).append("\n\n| |");
        tools.forEach(tool -> page.append(' ').append(tool).append(" |"));
        page.append("\n|---|").append("---|".repeat(tools.size())).append('\n');
        Map<String, Map<String, Set<String>>> rows = new LinkedHashMap<>();
        table.forEach((network, cells) -> {
            Map<String, Set<String>> row = rows.computeIfAbsent(name(network), key -> new LinkedHashMap<>());
            for (String tool : tools) {
                row.computeIfAbsent(tool, key -> new LinkedHashSet<>())
                        .add(SIGNS.get(cells.get(tool).outcome()));
            }
        });
        rows.forEach((name, row) -> {
            page.append("| ").append(name).append(" |");
            row.values()
                    .forEach(signs ->
                            page.append(' ').append(String.join(" / ", signs)).append(" |"));
            page.append('\n');
        });
        page.append('\n');
    }

    private static String name(CoveredNetwork network) {
        return network.label().replaceAll(", (chain|graph)$", "");
    }

    /** What was said, without what belongs to one network only, and by whom. */
    private void reasons(StringBuilder page) {
        page.append(
                "## Why not\n\nWhat tools say of what they leave out. Names of layers and numbers are left out here.\n\n");
        Map<String, Set<String>> tools = new TreeMap<>();
        for (Outcome outcome : List.of(Outcome.SKIPPED, Outcome.REFUSED)) {
            table.values()
                    .forEach(row -> row.forEach((tool, cell) -> {
                        if (cell.outcome() == outcome) {
                            for (String reason : cell.words().split("; (?=\\w+: )")) {
                                tools.computeIfAbsent(plain(reason), key -> new TreeSet<>())
                                        .add(tool);
                            }
                        }
                    }));
        }
        tools.forEach((reason, names) -> page.append("- ")
                .append(reason)
                .append(" (")
                .append(String.join(", ", names))
                .append(")\n"));
        page.append('\n');
    }

    private static String plain(String reason) {
        return reason.replaceAll("^(layer\\d*|out|d|e|shared|vertex|l\\d): ", "")
                .replaceAll("(output )?layer( \\d+)? '\\w+'( \\(\\w+\\))?:? ?", "")
                .replaceAll("io\\.github\\.dl4jinit\\.contract\\.CoveredNetworks\\$", "")
                .replaceAll("-?\\b\\d[\\d.,E-]*", "n")
                .strip();
    }

    private void failures(StringBuilder page) {
        page.append("## What Deeplearning4j itself cannot do\n\nIts own words, from its own `output` and `fit`.\n\n");
        Map<String, Set<String>> names = new LinkedHashMap<>();
        table.forEach((network, row) -> row.values().stream()
                .filter(cell -> cell.outcome() == Outcome.DL4J_FAILS)
                .map(cell -> cell.words().length() > 160 ? cell.words().substring(0, 160) + "..." : cell.words())
                .findFirst()
                .ifPresent(words -> names.computeIfAbsent(words, key -> new LinkedHashSet<>())
                        .add(name(network))));
        names.forEach((words, kinds) -> page.append("- ")
                .append(String.join(", ", kinds))
                .append(": `")
                .append(words)
                .append("`\n"));
    }
}
