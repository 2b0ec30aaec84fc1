package io.github.dl4jinit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages about the code name classes that exist, in their pictures as in their text. */
class DocumentedNamesTest {

    private static final Path ROOT = Path.of("..");

    private static final Set<String> DL4J = Set.of("TrainingListener", "Nd4j");

    /** In a picture a node is a bare name; in the text a name stands in backticks, perhaps with a method. */
    private static final Pattern NAME = Pattern.compile("`([A-Z][a-z0-9]+[A-Za-z0-9]*)(?:\\.[a-z][^`]*)?`");

    private static final Pattern NODE = Pattern.compile("(?<![\\w.\\[\"(|])([A-Z][A-Za-z0-9]+)(?![\\w\\]\")|])");

    @ParameterizedTest
    @ValueSource(strings = {"docs/architecture.md", "CONTRIBUTING.md"})
    void classesNamed_exist(String page) throws IOException {
        Set<String> named = named(Files.readString(ROOT.resolve(page)));
        assertThat(named).hasSizeGreaterThan(10);
        named.removeAll(DL4J);
        named.removeAll(classes());
        assertThat(named).isEmpty();
    }

    private static Set<String> named(String page) {
        Set<String> names = new TreeSet<>();
        boolean picture = false;
        for (String line : page.lines().toList()) {
            if (line.startsWith("```")) {
                picture = line.equals("```mermaid");
            } else if (!line.startsWith("flowchart")) {
                Matcher matcher = (picture ? NODE : NAME).matcher(picture ? line.replaceAll("\\|[^|]*\\|", " ") : line);
                matcher.results().forEach(found -> names.add(found.group(1)));
            }
        }
        return names;
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> core = Files.walk(ROOT.resolve("dl4j-init-core/src"));
                Stream<Path> examples = Files.walk(ROOT.resolve("dl4j-init-examples/src"))) {
            return Stream.concat(core, examples)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
