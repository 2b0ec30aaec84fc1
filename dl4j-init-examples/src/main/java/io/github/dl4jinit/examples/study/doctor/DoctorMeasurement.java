package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.doctor.Rule;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Examines a network, and trains it at several rates. */
final class DoctorMeasurement {

    static final int EXAMINED = 128;
    private static final int SAMPLE = 512;
    static final int BATCH = 64;
    static final List<Double> RATES = List.of(1e-3, 1e-2);

    private DoctorMeasurement() {}

    /** {@return the worst number of each rule, 1 if a number was not finite, then the loss at each rate over that of the best constant output} */
    static double[] measure(DoctorNetwork network, LabelledData data, int updates, long seed) {
        DataSet train = (DataSet) network.shaped(data, data.train());
        SplittableRandom random = new SplittableRandom(seed);
        DataSet sample = rows(train, random, Math.min(SAMPLE, train.numExamples()));
        DataSet first = rows(train, random, EXAMINED);
        List<DataSet> batches =
                Stream.generate(() -> rows(train, random, BATCH)).limit(updates).toList();
        double[] row = new double[ExaminedNetwork.RULES.size() + 1 + RATES.size()];
        List<LayerVitals> layers;
        try {
            layers = InitDoctor.look(network.build(data, RATES.get(0), seed, first), first.toMultiDataSet());
        } catch (ArithmeticException notInitializable) {
            Arrays.fill(row, Double.NaN);
            row[ExaminedNetwork.RULES.size()] = 1;
            return row;
        }
        for (int i = 0; i < ExaminedNetwork.RULES.size(); i++) {
            row[i] = ExaminedNetwork.RULES.get(i).worst(layers);
        }
        row[ExaminedNetwork.RULES.size()] = layers.stream().anyMatch(Rule.NOT_FINITE::fires) ? 1 : 0;
        double constant = constantLoss(sample.getLabels());
        for (int r = 0; r < RATES.size(); r++) {
            int column = ExaminedNetwork.RULES.size() + 1 + r;
            boolean known = r > 0 && row[column - 1] < ExaminedNetwork.FAILED;
            row[column] = known
                    ? Double.NaN
                    : trained(network.build(data, RATES.get(r), seed, first), batches, sample) / constant;
        }
        return row;
    }

    private static DataSet rows(DataSet from, SplittableRandom random, int count) {
        return Rows.take(
                from, random.ints(0, from.numExamples()).distinct().limit(count).toArray());
    }

    /** The entropy of the labels. */
    private static double constantLoss(INDArray labels) {
        double[] shares = labels.castTo(DataType.DOUBLE).mean(0).toDoubleVector();
        return Arrays.stream(shares)
                .filter(p -> p > 0)
                .map(p -> -p * Math.log(p))
                .sum();
    }

    private static double trained(Model model, List<DataSet> batches, DataSet sample) {
        for (DataSet batch : batches) {
            if (model instanceof MultiLayerNetwork chain) {
                chain.fit(batch);
            } else {
                ((ComputationGraph) model).fit(batch);
            }
        }
        INDArray answers = model instanceof MultiLayerNetwork chain
                ? chain.output(sample.getFeatures())
                : ((ComputationGraph) model).outputSingle(sample.getFeatures());
        INDArray likelihood =
                answers.castTo(DataType.DOUBLE).mul(sample.getLabels()).sum(1);
        double loss = Transforms.log(likelihood.addi(1e-10)).meanNumber().doubleValue();
        return Double.isFinite(loss) ? -loss : Double.POSITIVE_INFINITY;
    }
}
