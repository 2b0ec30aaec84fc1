package io.github.dl4jinit.examples.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.rng.distribution.impl.OrthogonalDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's own orthogonal initialization, one process a size, because it ends the JVM or never answers.
 *
 * <pre>mvn -q -Pbenchmark -am -pl dl4j-init-examples compile exec:exec -Dmain=io.github.dl4jinit.examples.benchmark.Dl4jOrthogonal</pre>
 */
public final class Dl4jOrthogonal {
    private static final long SECONDS = 60;

    private Dl4jOrthogonal() {}

    /** Without arguments: the table. With a size: that size, in this process. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 1) {
            measure(Integer.parseInt(arguments[0]));
            return;
        }
        for (int n : List.of(8, 16, 64, 256, 512, 1024)) {
            Process process = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx2g",
                            "-XX:-CreateCoredumpOnCrash",
                            "-XX:ErrorFile=" + System.getProperty("java.io.tmpdir") + "/dl4j-orthogonal-%p.log",
                            "-classpath",
                            System.getProperty("java.class.path"),
                            Dl4jOrthogonal.class.getName(),
                            String.valueOf(n))
                    .redirectOutput(ProcessBuilder.Redirect.PIPE)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean answered = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String outcome;
            if (!answered) {
                outcome = "no answer in " + SECONDS + " s";
            } else if (process.exitValue() != 0) {
                outcome = "the JVM died with exit code " + process.exitValue();
            } else {
                outcome = process.inputReader().lines().reduce("", (first, last) -> last);
            }
            System.out.printf(Locale.ROOT, "DL4J OrthogonalDistribution %4d x %4d: %s%n", n, n, outcome);
        }
    }

    private static void measure(int n) {
        OrthogonalDistribution distribution = new OrthogonalDistribution(1.0);
        Nd4j.rand(DataType.FLOAT, 1);
        long start = System.nanoTime();
        distribution.sample(new int[] {n, n});
        System.out.printf(Locale.ROOT, "%.1f ms, first call%n", (System.nanoTime() - start) / 1e6);
    }
}
