package io.github.dl4jinit.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A process whose class path has the OpenBLAS of Deeplearning4j itself, as a user's pom may bring it back. The build puts its
 * jars into {@code target/old-openblas}; they are on no class path but that of the processes that this test starts.
 */
class FaultyOpenBlasTest {
    private static final Path OLD_JARS = Path.of("target", "old-openblas");

    @TempDir
    private Path folder;

    /** Runs in the process with the old library and prints a line for each factorization. */
    static final class Child {
        private Child() {}

        /** Prints. */
        public static void main(String[] arguments) {
            INDArray a = TestMatrices.gaussian(DataType.DOUBLE, 1, 160, 160);
            INDArray positive = a.mmul(a.transpose()).addi(Nd4j.eye(160).castTo(DataType.DOUBLE));
            // What the library does when nobody checks it, judged without it.
            print("faulty", String.valueOf(!(choleskyDefect(positive) < 1e-6)));
            for (DataType type : TestMatrices.TYPES) {
                INDArray x = a.castTo(type);
                INDArray symmetric = positive.castTo(type);
                report(type + " QR", () -> Qr.of(x));
                report(type + " SVD", () -> Svd.thin(x));
                report(type + " EIGEN", () -> SymmetricEigen.of(symmetric.add(symmetric.transpose())));
                report(type + " LEAST_SQUARES", () -> LeastSquares.solve(x, x));
                report(type + " CHOLESKY", () -> Cholesky.of(symmetric.add(symmetric.transpose())));
                report(type + " HAAR", () -> Haar.fill(x.dup(), 1));
                report(type + " QR again", () -> Qr.of(x));
            }
        }

        private static double choleskyDefect(INDArray a) {
            try {
                RealMatrix l = TestMatrices.real(Cholesky.factorize(a).l());
                return TestMatrices.distance(l.multiply(l.transpose()), TestMatrices.real(a));
            } catch (LinalgException e) {
                return Double.NaN;
            }
        }

        private static void report(String name, Runnable factorization) {
            try {
                factorization.run();
                print(name, "done");
            } catch (LinalgException e) {
                print(name, e.toString());
            }
        }

        private static void print(String name, String value) {
            System.out.println("RESULT " + name + "=" + value);
        }
    }

    @Test
    void doubleFactorizations_withTheOldLibrary_throwWithTheRemedy() throws Exception {
        Map<String, String> results = runWithOldLibrary(Map.of());
        assumeThat(results.get("faulty"))
                .as("this processor does not show the fault of OpenBLAS 0.3.19")
                .isEqualTo("true");

        for (String kind : List.of("QR", "SVD", "EIGEN", "LEAST_SQUARES", "CHOLESKY", "HAAR", "QR again")) {
            assertThat(results.get("FLOAT " + kind)).isEqualTo("done");
            assertThat(results.get("DOUBLE " + kind))
                    .contains("openblas-0.3.19-1.5.7")
                    .contains("org.bytedeco:openblas-platform:0.3.30-1.5.12")
                    .contains("org.bytedeco:javacpp-platform:1.5.12")
                    .contains("OPENBLAS_CORETYPE=Haswell");
        }
    }

    /** The second remedy of the message is one. */
    @Test
    void doubleFactorizations_withTheOldLibraryAndTheEnvironmentVariable_work() throws Exception {
        Map<String, String> results = runWithOldLibrary(Map.of("OPENBLAS_CORETYPE", "Haswell"));
        assertThat(results.remove("faulty")).isEqualTo("false");
        assertThat(results).hasSize(14).allSatisfy((kind, result) -> assertThat(result)
                .isEqualTo("done"));
    }

    private Map<String, String> runWithOldLibrary(Map<String, String> environment) throws Exception {
        assumeThat(OLD_JARS)
                .as("the build fetches the old jars on 64-bit x86 Linux only")
                .isDirectory();
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.bytedeco.javacpp.maxbytes=1g",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=3g",
                        "-classpath",
                        classPath(),
                        Child.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("OPENBLAS_CORETYPE");
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text.lines()
                .filter(line -> line.startsWith("RESULT "))
                .map(line -> line.substring("RESULT ".length()).split("=", 2))
                .collect(Collectors.toMap(
                        parts -> parts[0], parts -> parts[1], (first, second) -> second, TreeMap::new));
    }

    /** This test's class path with the old OpenBLAS and JavaCPP in the place of the new. */
    private static String classPath() throws IOException {
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        try (Stream<Path> old = Files.list(OLD_JARS)) {
            old.forEach(jar -> entries.add(jar.toAbsolutePath().toString()));
        }
        assertThat(entries).hasSize(4);
        Arrays.stream(own.split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().matches("(openblas|javacpp)-.*\\.jar"))
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }
}
