package io.github.dl4jinit.contract;

import io.github.dl4jinit.audit.InitAudit;
import io.github.dl4jinit.contract.Untouched.Part;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.probe.HessianSpectrum;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.scheme.DeltaOrthogonal;
import io.github.dl4jinit.scheme.Dirac;
import io.github.dl4jinit.scheme.Hadamard;
import io.github.dl4jinit.scheme.OnesOrthogonal;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.Sparse;
import io.github.dl4jinit.scheme.VarianceScaling;
import io.github.dl4jinit.trainer.LeastSquaresTrainer;
import io.github.dl4jinit.trainer.NewtonTrainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Every tool of the library, with settings that make it quick. */
final class CoveredTools {

    /**
     * A tool that is no initializer.
     *
     * @param work what it does
     * @param changes what it is for
     */
    record Tool(BiConsumer<Model, MultiDataSet> work, List<Part> changes) {}

    private CoveredTools() {}

    static Map<String, IWeightInit> schemes() {
        Map<String, IWeightInit> all = new LinkedHashMap<>();
        all.put("VarianceScaling", VarianceScaling.heNormal());
        all.put("Orthogonal", new Orthogonal(1));
        all.put("DeltaOrthogonal", new DeltaOrthogonal(1));
        all.put("Dirac", new Dirac(1));
        all.put("Hadamard", new Hadamard(1));
        all.put("OnesOrthogonal", OnesOrthogonal.defaults());
        all.put("Sparse", new Sparse(2, 1));
        return all;
    }

    static Map<String, Tool> others() {
        Map<String, Tool> all = new LinkedHashMap<>();
        all.put("Probe", reads((model, batch) -> new Probe(false, 2, 50).measure(model, batch)));
        all.put("InitDoctor", reads(InitDoctor::examine));
        all.put("JacobianSpectrum", reads((model, batch) -> new JacobianSpectrum(2, 1000, false)
                .measure(model, batch)));
        all.put("HessianSpectrum", reads((model, batch) -> new HessianSpectrum(1, 8, 2, 2).measure(model, batch)));
        all.put(
                "EmpiricalNtk",
                reads((model, batch) ->
                        requireFinite(EmpiricalNtk.of(model).kernel(batch.getFeatures(), batch.getFeatures()))));
        all.put("LeastSquaresTrainer", trains((model, batch) -> LeastSquaresTrainer.builder(model)
                .build()
                .fit(single(batch))));
        all.put(
                "NewtonTrainer",
                trains((model, batch) -> NewtonTrainer.builder(model).build().fit(single(batch))));
        all.put("InitAudit", reads((model, batch) -> InitAudit.of(model).toText()));
        return all;
    }

    private static Tool reads(BiConsumer<Model, MultiDataSet> work) {
        return new Tool(work, List.of());
    }

    private static Tool trains(BiConsumer<Model, MultiDataSet> work) {
        return new Tool(work, List.of(Part.changedByTraining()));
    }

    private static DataSet single(MultiDataSet batch) {
        return new DataSet(
                batch.getFeatures(0),
                batch.getLabels() == null ? null : batch.getLabels(0),
                batch.getFeaturesMaskArray(0),
                null);
    }

    private static void requireFinite(INDArray kernel) {
        if (!Double.isFinite(kernel.sumNumber().doubleValue())) {
            throw new AssertionError("a kernel that is not finite");
        }
    }
}
