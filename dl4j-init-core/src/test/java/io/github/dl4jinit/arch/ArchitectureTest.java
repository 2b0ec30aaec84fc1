package io.github.dl4jinit.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The floors of docs/architecture.md: a package imports lower floors only, never its own. */
class ArchitectureTest {
    private static final String ROOT = "io.github.dl4jinit.";

    /** From the ground to the roof. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("internal.memory", "internal.random", "internal.signal"),
            List.of("internal.linalg"),
            List.of("scheme", "gain"),
            List.of("network", "internal.structure"),
            List.of("internal.gradient", "internal.split"),
            List.of("report"),
            List.of("initializer", "trainer", "ntk", "audit"),
            List.of("probe"),
            List.of("listener"));

    private static final JavaClasses CORE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.github.dl4jinit");

    static List<String> packages() {
        return FLOORS.stream().flatMap(List::stream).toList();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackage_importsLowerFloorsOnly(String name) {
        floorRule(name, FLOORS).check(CORE);
    }

    /** The rule itself is tested: with the house upside down it must find something. */
    @Test
    void floorsUpsideDown_areRejected() {
        List<List<String>> upsideDown = IntStream.range(0, FLOORS.size())
                .mapToObj(i -> FLOORS.get(FLOORS.size() - 1 - i))
                .toList();
        assertThatThrownBy(() -> floorRule("scheme", upsideDown).check(CORE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("linalg");
    }

    /** It ends the JVM on a 16 x 16 matrix. */
    @Test
    void nativeSvd_isNeverCalled() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.nd4j.linalg.api.ops.impl.transforms.custom.Svd")
                .check(CORE);
    }

    @Test
    void everyClass_livesOnAFloor() {
        classes()
                .should()
                .resideInAnyPackage(
                        packages().stream().map(name -> ROOT + name + "..").toArray(String[]::new))
                .check(CORE);
    }

    @Test
    void openBlas_isCalledByLinalgOnly() {
        noClasses()
                .that(resideOutsideOfPackage(ROOT + "internal.linalg.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.bytedeco.openblas.."))
                .check(CORE);
    }

    @Test
    void insidesOfNetworks_areKnownToNetworkOnly() {
        noClasses()
                .that(resideOutsideOfPackage(ROOT + "internal.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.deeplearning4j.nn.layers..", "org.deeplearning4j.nn.graph.vertex.."))
                .check(CORE);
    }

    /** Others take a Model and ask for its NetworkCopy; the audit reads a model's configuration and nothing else of it. */
    @Test
    void networkClasses_areKnownToNetworkAndAuditOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "internal..", ROOT + "audit..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.deeplearning4j.nn.multilayer..", "org.deeplearning4j.nn.graph.."))
                .check(CORE);
    }

    private static ArchRule floorRule(String name, List<List<String>> floors) {
        int floor = IntStream.range(0, floors.size())
                .filter(i -> floors.get(i).contains(name))
                .findFirst()
                .orElseThrow();
        String[] forbidden = floors.stream()
                .skip(floor)
                .flatMap(List::stream)
                .filter(other -> !other.equals(name))
                .map(other -> ROOT + other + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                // Not every package of the house is built yet.
                .allowEmptyShould(true);
    }
}
