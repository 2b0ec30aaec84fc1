package io.github.dl4jinit.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies flow one way: charts and data know nobody, the command line knows no study, the harness of studies no single one. */
class RoomsTest {

    private static final String ROOT = "io.github.dl4jinit.examples.";

    /** From the ground to the roof. */
    private static final List<String> ROOMS =
            List.of("charts", "progress", "data", "quickstart", "compare", "cli", "study", "study.(*)");

    private static final Path STUDIES = Path.of("src/main/java/io/github/dl4jinit/examples/study");

    private static final JavaClasses EXAMPLES = new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("io.github.dl4jinit.examples");

    private static ArchRule onlyLower(String room) {
        return noClasses()
                .that()
                .resideInAPackage(ROOT + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOMS.stream()
                        .skip(ROOMS.indexOf(room) + 1)
                        .map(upper -> ROOT + upper)
                        .toArray(String[]::new));
    }

    @Test
    void aRoom_knowsThoseBelowItOnly() {
        ROOMS.subList(0, ROOMS.size() - 1).forEach(room -> onlyLower(room).check(EXAMPLES));
    }

    /** The control: the comparison does use charts. */
    @Test
    void aRoomThatKnowsAnother_isFound() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(ROOT + "compare")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "charts");
        assertThatThrownBy(() -> rule.check(EXAMPLES)).isInstanceOf(AssertionError.class);
    }

    @Test
    void studies_areFreeOfCycles() {
        slices().matching(ROOT + "study.(*)").should().beFreeOfCycles().check(EXAMPLES);
    }

    @Test
    void aStudy_hasAReadmeThatNamesItsPaperItsCommandAndItsPage() throws IOException {
        try (Stream<Path> folders = Files.list(STUDIES).filter(Files::isDirectory)) {
            for (Path folder : folders.toList()) {
                String readme = Files.readString(folder.resolve("README.md"));
                String main = readme.replaceAll("(?s).*-Dmain=(\\S+).*", "$1");
                String page = readme.replaceAll("(?s).*\\]\\((\\S+)\\).*", "$1");
                assertThat(readme).startsWith("# ").contains("Paper: ");
                assertThat(Path.of("src/main/java", main.replace('.', '/') + ".java"))
                        .isRegularFile();
                assertThat(folder.resolve(page)).isRegularFile();
            }
        }
    }
}
