package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all initializers share: a copy of the model, its own seed, one commit at the end, a report. */
final class CopyPass {

    private static final Logger LOG = LoggerFactory.getLogger(CopyPass.class);

    private CopyPass() {}

    /**
     * @param work initializes the copy and returns its lines of the report
     */
    static InitReport run(String initializer, Model model, Function<NetworkCopy, List<LayerReport>> work) {
        long start = System.nanoTime();
        InitReport report;
        try (NetworkCopy network = NetworkCopy.of(model)) {
            List<LayerReport> layers = seeded(network, work);
            network.commit();
            report = new InitReport(initializer, layers, (System.nanoTime() - start) / 1e9);
        }
        if (!report.converged()) {
            LOG.warn("Not every layer converged.{}{}", System.lineSeparator(), report);
        }
        return report;
    }

    private static List<LayerReport> seeded(NetworkCopy network, Function<NetworkCopy, List<LayerReport>> work) {
        RandomState found = RandomState.current();
        try {
            RandomState.ofSeed(network.seed()).restore();
            return work.apply(network);
        } finally {
            found.restore();
        }
    }
}
