package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages in docs/results are those that the studies would write again. */
class ReadingsTest {

    private static final Path PAGES = Path.of("..", "docs", "results");
    private static final Path STUDIES = Path.of("src", "main", "java");

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".md"))
                    .map(file -> file.substring(0, file.length() - ".md".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_beginsWithTheReadingOfTheResources(String name) throws IOException {
        String page = Files.readString(PAGES.resolve(name + ".md"));
        assertThat(page.substring(page.indexOf("\n\n")))
                .startsWith("\n\n" + ResultPage.reading(name).strip() + "\n\n");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page_namesAStudyThatExists(String name) throws IOException {
        String main = Files.readString(PAGES.resolve(name + ".md")).replaceAll("(?s).*-Dmain=(\\S+).*", "$1");
        assertThat(STUDIES.resolve(main.replace('.', '/') + ".java")).isRegularFile();
    }
}
