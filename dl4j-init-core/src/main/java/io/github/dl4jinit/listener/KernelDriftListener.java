package io.github.dl4jinit.listener;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import io.github.dl4jinit.ntk.KernelSpectrum;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Follows the neural tangent kernel of a network through its training.
 *
 * <p>It measures the trace kernel of a fixed set of examples when it is made, and again after every so many iterations. The training stays
 * the same bit for bit; each measurement costs about one backward pass per output on those examples, and the eigenvalues of an
 * [n, n] matrix.
 *
 * <p>Use it with some hundred examples at most, to see whether training stays near the kernel of the start.
 */
public final class KernelDriftListener extends BaseTrainingListener {

    private final INDArray examples;
    private final INDArray labels;
    private final int every;
    private final INDArray first;
    private final List<Point> points = new ArrayList<>();

    /**
     * The kernel at one time.
     *
     * @param iteration updates made, 0 at the start
     * @param drift how far it has moved
     * @param spectrum its eigenvalues
     */
    public record Point(int iteration, Drift drift, KernelSpectrum spectrum) {}

    /**
     * How far a kernel has moved.
     *
     * @param relativeChange {@link KernelDrift#relativeChange} from the first kernel
     * @param distance {@link KernelDrift#distance} from the first kernel
     * @param alignment {@link KernelDrift#alignment} with the labels
     */
    public record Drift(double relativeChange, double distance, double alignment) {}

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
        Bounds.atLeast("every", every, 1);
        INDArray own = examples.dup();
        INDArray first = EmpiricalNtk.of(model).kernel(own, own);
        KernelDriftListener listener = new KernelDriftListener(own, labels.dup(), every, first);
        listener.add(0, first);
        return listener;
    }

    private void add(int iteration, INDArray kernel) {
        Drift drift = new Drift(
                KernelDrift.relativeChange(first, kernel),
                KernelDrift.distance(first, kernel),
                KernelDrift.alignment(kernel, labels));
        points.add(new Point(iteration, drift, KernelSpectrum.of(kernel)));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        // DL4J counts the iteration after it has told its listeners.
        int updates = iteration + 1;
        if (updates % every == 0) {
            add(updates, EmpiricalNtk.of(model).kernel(examples, examples));
        }
    }

    /**
     * What was measured so far.
     *
     * @return in the order of time, the start first
     */
    public List<Point> points() {
        return List.copyOf(points);
    }
}
