package io.github.dl4jinit.listener;

import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Follows the neural tangent kernel of a network through its training.
 *
 * <p>It measures the trace kernel of a fixed set of examples when it is made, and again after every so many iterations. The training is not
 * changed by a bit; each measurement costs about one backward pass per output on those examples, and the eigenvalues of an
 * [n, n] matrix.
 *
 * <p>Use it with some hundred examples at most, to see whether training stays near the kernel of the start.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class KernelDriftListener extends BaseTrainingListener {

    private final INDArray examples;
    private final INDArray labels;
    private final int every;
    private final INDArray first;
    private final List<KernelDrift.Point> points = new ArrayList<>();

    private KernelDriftListener(INDArray examples, INDArray labels, int every, INDArray first) {
        this.examples = examples;
        this.labels = labels;
        this.every = every;
        this.first = first;
    }

    /**
     * Measures the network as it is now.
     *
     * @param model the network that will be trained
     * @param examples [n, ...]
     * @param labels of the examples, [n, classes]
     * @param every iterations between two measurements, at least 1
     * @return a listener for {@code model.addListeners}
     */
    public static KernelDriftListener of(Model model, INDArray examples, INDArray labels, int every) {
        if (every < 1) {
            throw new IllegalArgumentException("every must be at least 1, got " + every);
        }
        INDArray own = examples.dup();
        INDArray first = EmpiricalNtk.of(model).kernel(own, own);
        KernelDriftListener listener = new KernelDriftListener(own, labels.dup(), every, first);
        listener.points.add(KernelDrift.Point.of(0, first, first, listener.labels));
        return listener;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        // DL4J counts the iteration after it has told its listeners.
        int updates = iteration + 1;
        if (updates % every == 0) {
            INDArray kernel = EmpiricalNtk.of(model).kernel(examples, examples);
            points.add(KernelDrift.Point.of(updates, first, kernel, labels));
        }
    }

    /** {@return what was measured so far: in the order of time, the start first} */
    public List<KernelDrift.Point> points() {
        return List.copyOf(points);
    }
}
