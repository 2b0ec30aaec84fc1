package io.github.dl4jinit.initializer;

import io.github.dl4jinit.report.InitReport.StageTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Adds up the time of each stage; what a stage spends in stages inside it counts for those only. */
final class Stopwatch {

    private final Map<String, Long> nanos = new LinkedHashMap<>();
    private long inner;

    <T> T time(String stage, Supplier<T> work) {
        nanos.putIfAbsent(stage, 0L);
        long outer = inner;
        inner = 0;
        long start = System.nanoTime();
        T result = work.get();
        long spent = System.nanoTime() - start;
        nanos.merge(stage, spent - inner, Long::sum);
        inner = outer + spent;
        return result;
    }

    void time(String stage, Runnable work) {
        time(stage, () -> {
            work.run();
            return this;
        });
    }

    List<StageTime> times() {
        return nanos.entrySet().stream()
                .map(entry -> new StageTime(entry.getKey(), entry.getValue() / 1e9))
                .toList();
    }
}
