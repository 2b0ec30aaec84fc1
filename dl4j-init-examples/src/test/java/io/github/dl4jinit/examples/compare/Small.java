package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Shapeset;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.activations.Activation;

/** Plans and results that take well under a second, for tests. */
final class Small {

    static final NetworkSpec MLP = new NetworkSpec(Architecture.MLP, 2, 8, Activation.TANH);
    static final NetworkSpec RESIDUAL = new NetworkSpec(Architecture.RESIDUAL, 2, 8, Activation.RELU);

    private Small() {}

    static LabelledData data() {
        return new Shapeset(7).sample(60, 10, 40);
    }

    static Plan plan(List<NetworkSpec> networks, List<Scheme> schemes, double rate) {
        return new Plan(networks, schemes, List.of(1L, 2L), 2, 20, UpdateRule.SGD, rate);
    }

    static Results results(Plan plan) throws InterruptedException {
        List<RunResult> runs = new Runner(2).run(plan, data(), count -> {});
        return new Results(
                Facts.here("the command", Map.of("data", "some data", "learning rate", "" + plan.learningRate())),
                runs);
    }
}
