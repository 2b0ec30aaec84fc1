package io.github.dl4jinit.arch;

import static com.tngtech.archunit.base.DescribedPredicate.doNot;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house of docs/architecture.md: its floors, its front door, and how large it may be. */
class ArchitectureTest {

    private static final String ROOT = "io.github.dl4jinit.";

    /** From the ground to the roof. A package imports lower floors only, never its own. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("internal.text", "internal.number", "internal.memory", "internal.random", "internal.signal"),
            List.of("report", "internal.linalg", "internal.gaussian"),
            List.of("scheme", "gain"),
            List.of("network"),
            List.of("internal.structure", "internal.measure"),
            List.of("internal.gradient", "internal.split", "internal.training"),
            List.of("internal.solve"),
            List.of("initializer", "trainer", "ntk", "probe", "audit"),
            List.of("trainer.pde", "doctor"),
            List.of("listener"),
            List.of("contract"));

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
                .hasMessageContaining("internal.linalg");
    }

    @Test
    void everyClass_livesOnAFloor() {
        classes()
                .should()
                .resideInAnyPackage(packages().stream().map(name -> ROOT + name).toArray(String[]::new))
                .check(CORE);
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
    void openBlas_isCalledByLinalgOnly() {
        noClasses()
                .that(resideOutsideOfPackage(ROOT + "internal.linalg"))
                .should()
                .dependOnClassesThat(resideInAPackage("org.bytedeco.openblas.."))
                .check(CORE);
    }

    /**
     * Others take a Model and ask for a copy of it. PolynomialGate is a vertex itself; the audit reads configurations and nothing else; the
     * contracts look without the engine.
     */
    @Test
    void insidesOfNetworks_areKnownToInternalRoomsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "internal..", ROOT + "audit", ROOT + "contract", ROOT + "trainer.pde")
                .and()
                .haveSimpleNameNotStartingWith("PolynomialGate")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.deeplearning4j.nn.layers..",
                                "org.deeplearning4j.nn.graph..",
                                "org.deeplearning4j.nn.multilayer..")
                        // A configuration, in spite of its package.
                        .and(doNot(simpleName("IdentityLayer"))))
                .check(CORE);
    }

    /** Of public types outside internal: what they extend, implement, hold publicly, take and return. */
    @Test
    void publicSignatures_nameNoInternalType() {
        Set<String> leaks = new TreeSet<>();
        publicTypes()
                .flatMap(type -> type.getMembers().stream())
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                .forEach(member -> types(member)
                        .filter(type -> type.getPackageName().startsWith(ROOT + "internal"))
                        .forEach(type -> leaks.add(member.getFullName() + " -> " + type.getName())));
        publicTypes().forEach(type -> type.getAllRawInterfaces().stream()
                .filter(parent -> parent.getPackageName().startsWith(ROOT + "internal"))
                .forEach(parent -> leaks.add(type.getName() + " implements " + parent.getName())));
        assertThat(leaks).isEmpty();
    }

    private static Stream<JavaClass> types(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.concat(
                            Stream.of(unit.getReturnType()),
                            Stream.concat(unit.getParameterTypes().stream(), unit.getExceptionTypes().stream()))
                    .flatMap(type -> type.getAllInvolvedRawTypes().stream());
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }

    private static Stream<JavaClass> publicTypes() {
        return CORE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getPackageName().startsWith(ROOT + "internal"))
                .filter(type -> !type.getSimpleName().equals("package-info"));
    }

    @Test
    void publicTopLevelTypes_areEightyAtMost() {
        assertThat(publicTypes().filter(JavaClass::isTopLevelClass).map(JavaClass::getName))
                .hasSizeLessThanOrEqualTo(80);
    }

    /** What is marked is what users import, and nothing else. */
    @Test
    void publicTopLevelTypes_areMarkedAndInternalOnesAreNot() {
        assertThat(publicTypes().filter(JavaClass::isTopLevelClass))
                .isNotEmpty()
                .allMatch(type -> type.isAnnotatedWith(API.class));
        assertThat(CORE.stream().filter(type -> type.getPackageName().startsWith(ROOT + "internal")))
                .isNotEmpty()
                .noneMatch(type -> type.isAnnotatedWith(API.class));
    }

    @Test
    void noSimpleName_isUsedTwice() {
        Map<String, List<String>> places = CORE.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getName, Collectors.toList())));
        places.values().removeIf(names -> names.size() == 1);
        assertThat(places).isEmpty();
    }

    /** Who wants to understand LSUV on a chain or a graph reads the code that runs. */
    @Test
    void lsuv_isUnderstoodFromTwentyFourFiles() {
        assertThat(readToUnderstand(ROOT + "initializer.Lsuv", "initialize")).hasSizeLessThanOrEqualTo(24);
    }

    /**
     * The files whose code a method reaches, call by call, in the rooms of the idea: the initializer itself, the view, the walk. A call of
     * an interface reaches its implementations in the engine, not other initializers' visitors. Not counted are the rooms whose names say
     * what they do: numbers, linear algebra, memory, reports, and schemes, which are another idea; and the tables of single layer classes.
     */
    private static Set<String> readToUnderstand(String start, String method) {
        Set<String> rooms =
                Set.of(ROOT + "initializer", ROOT + "network", ROOT + "internal.structure", ROOT + "internal.random");
        Set<String> tables = Set.of("Dl4jLayers", "Dl4jFunctions", "WeightAxes");
        Set<JavaCodeUnit> seen = new HashSet<>();
        Deque<JavaCodeUnit> open = new ArrayDeque<>();
        CORE.get(start).getMethods().stream()
                .filter(unit -> unit.getName().equals(method))
                .forEach(open::add);
        while (!open.isEmpty()) {
            JavaCodeUnit unit = open.poll();
            if (rooms.contains(unit.getOwner().getPackageName())
                    && !tables.contains(topLevel(unit.getOwner()).getSimpleName())
                    && seen.add(unit)) {
                Stream.concat(unit.getCallsFromSelf().stream(), unit.getCodeUnitReferencesFromSelf().stream())
                        .flatMap(access -> access.getTarget().resolveMember().stream())
                        .map(JavaCodeUnit.class::cast)
                        .flatMap(target -> Stream.concat(Stream.of(target), implementations(target, start)))
                        .forEach(open::add);
            }
        }
        return seen.stream()
                .map(unit -> topLevel(unit.getOwner()).getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JavaCodeUnit> implementations(JavaCodeUnit declared, String start) {
        if (!declared.getOwner().getPackageName().startsWith(ROOT)) {
            return Stream.of();
        }
        return declared.getOwner().getAllSubclasses().stream()
                .filter(type -> type.getPackageName().equals(ROOT + "internal.structure")
                        || topLevel(type).getName().equals(start))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getName().equals(declared.getName())
                        && unit.getParameters().size()
                                == declared.getParameters().size());
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
    }

    @Test
    void noSourceFile_isLongerThanThreeHundredLines() throws IOException {
        Map<String, Integer> lengths = new TreeMap<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > 300) {
                lengths.put(file.getFileName().toString(), lines);
            }
        }
        assertThat(lengths).isEmpty();
    }

    private static Collection<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
                .map(other -> ROOT + other)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden);
    }
}
