package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.study.LossWatch;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import io.github.dl4jinit.listener.KernelDriftListener;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import io.github.dl4jinit.ntk.KernelRegression;
import io.github.dl4jinit.ntk.KernelRegression.Loss;
import io.github.dl4jinit.ntk.KernelSpectrum;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The measurements on single networks that orthogonal and Gaussian weights are compared by. */
final class Experiments {

    private Experiments() {}

    /**
     * How kernels of networks differ from each other and from their limit: root mean square distance from their mean and distance of the mean
     * from the limit, both relative to the limit in Frobenius norms; mean and standard deviation of the entry of the first two examples.
     */
    static double[] fluctuation(NtkNetwork network, Law law, int width, int networks, INDArray x, INDArray limit) {
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, limit.shape());
        INDArray squares = Nd4j.zeros(DataType.DOUBLE, limit.shape());
        for (int i = 1; i <= networks; i++) {
            INDArray kernel = EmpiricalNtk.of(network.build(law, x.columns(), width, 1, i, 0))
                    .kernel(x, x)
                    .castTo(DataType.DOUBLE);
            sum.addi(kernel);
            squares.addi(kernel.mul(kernel));
        }
        INDArray mean = sum.div(networks);
        INDArray variance = squares.sub(sum.mul(mean)).div(networks - 1.0);
        double size = limit.norm2Number().doubleValue();
        return new double[] {
            Math.sqrt(variance.sumNumber().doubleValue()) / size,
            mean.sub(limit).norm2Number().doubleValue() / size,
            mean.getDouble(0, 1),
            Math.sqrt(variance.getDouble(0, 1))
        };
    }

    /**
     * What all networks of one kind are trained on, with the kernels of their limit, which take longer than a narrow network's training.
     *
     * @param train the examples
     * @param test others
     * @param limit the limit's kernel of the first
     * @param limitOfTest that of the others with the first
     */
    record Task(DataSet train, DataSet test, INDArray limit, INDArray limitOfTest) {
        static Task of(NtkNetwork network, DataSet train, DataSet test) {
            INDArray x = train.getFeatures();
            return new Task(
                    train, test, network.limit().ntk(x, x), network.limit().ntk(test.getFeatures(), x));
        }
    }

    /**
     * Trains all examples at once and compares with what the kernel of the start, and the kernel of the limit, predict.
     *
     * @param part learning rate in parts of the largest stable one by the limit's kernel
     * @return relative change of the kernel half-way and at the end, change of its shape at the end; distance of the outputs for the test
     *     examples from those predicted by the kernel of the start and by the limit's, in parts of how far they came; the loss at the end on the
     *     training and the test examples, and the latter as predicted by the kernel of the start
     */
    static double[] training(NtkNetwork network, Law law, int width, long seed, Task task, double part, int updates) {
        DataSet train = task.train();
        DataSet test = task.test();
        INDArray x = train.getFeatures();
        INDArray y = train.getLabels();
        INDArray others = test.getFeatures();
        double rate = part * stable(task.limit());
        ComputationGraph graph = network.build(law, x.columns(), width, y.columns(), seed, rate);
        EmpiricalNtk kernels = EmpiricalNtk.of(graph);
        INDArray start = graph.outputSingle(others);
        double time = rate * updates;
        INDArray predicted = KernelRegression.of(kernels.kernel(x, x), graph.outputSingle(x), y, Loss.L2)
                .predict(kernels.kernel(others, x), start, time);
        INDArray ofLimit = KernelRegression.of(task.limit(), graph.outputSingle(x), y, Loss.L2)
                .predict(task.limitOfTest(), start, time);
        KernelDriftListener drift = KernelDriftListener.of(graph, x, y, updates / 2);
        graph.setListeners(drift);
        for (int i = 0; i < updates; i++) {
            graph.fit(train);
        }
        INDArray end = graph.outputSingle(others).castTo(DataType.DOUBLE);
        double moved = end.sub(start.castTo(DataType.DOUBLE)).norm2Number().doubleValue();
        return new double[] {
            drift.points().get(1).change().relative(),
            drift.points().get(2).change().relative(),
            drift.points().get(2).change().distance(),
            end.sub(predicted).norm2Number().doubleValue() / moved,
            end.sub(ofLimit).norm2Number().doubleValue() / moved,
            LossWatch.squares(graph.outputSingle(x), y),
            LossWatch.squares(end, test.getLabels()),
            LossWatch.squares(predicted, test.getLabels())
        };
    }

    /** DL4J's L2 has the factor 2 / n: 2 / (2 / n lambda). */
    static double stable(INDArray kernel) {
        return kernel.size(0) / KernelSpectrum.of(kernel).largest();
    }

    /**
     * Trains in minibatches.
     *
     * @return the loss at the end on the training examples, the updates to the target, accuracy on the test examples, relative change of the kernel
     *     of the first minibatch
     */
    static double[] convergence(
            NtkNetwork network, Law law, int width, long seed, DataSet train, DataSet test, double rate, Plan plan) {
        ComputationGraph graph = network.build(
                law, train.getFeatures().columns(), width, train.getLabels().columns(), seed, rate);
        List<DataSet> batches = Rows.batches(train, plan.batch());
        INDArray probe = Rows.first(train, plan.probe()).getFeatures();
        INDArray first = EmpiricalNtk.of(graph).kernel(probe, probe);
        LossWatch watch = new LossWatch(loss(graph, train), plan.target());
        for (int update = 1; update <= plan.updates(); update++) {
            graph.fit(batches.get(update % batches.size()));
            if (update % plan.look() == 0 && !watch.goesOn(loss(graph, train), update)) {
                double lost = Double.POSITIVE_INFINITY;
                return new double[] {lost, lost, -lost, lost};
            }
        }
        return new double[] {
            watch.loss(),
            watch.reached(),
            LossWatch.accuracy(graph.outputSingle(test.getFeatures()), test.getLabels()),
            KernelDrift.relativeChange(first, EmpiricalNtk.of(graph).kernel(probe, probe))
        };
    }

    /**
     * How long minibatches are trained.
     *
     * @param batch examples of one
     * @param updates how many
     * @param look updates between two looks at the loss
     * @param target the loss whose time is taken
     * @param probe examples of the kernel whose change is measured
     */
    record Plan(int batch, int updates, int look, double target, int probe) {}

    private static double loss(ComputationGraph graph, DataSet set) {
        return LossWatch.squares(graph.outputSingle(set.getFeatures()), set.getLabels());
    }
}
