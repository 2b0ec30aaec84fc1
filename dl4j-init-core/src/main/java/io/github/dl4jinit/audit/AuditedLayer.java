package io.github.dl4jinit.audit;

import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import io.github.dl4jinit.audit.Symmetry.Effect;
import io.github.dl4jinit.internal.random.ConfiguredDistribution;
import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a configuration, taken out of its wrappers, with the calls that DL4J makes for it.
 *
 * @param name its place and class, for reports
 * @param layer its configuration
 * @param draws the calls; empty if it has no weights, or if why is given
 * @param why why its weights are not judged, or null
 */
record AuditedLayer(
        String name,
        Layer layer,
        List<Dl4jDraw> draws,
        @Nullable String why) {

    static AuditedLayer of(String place, NeuralNetConfiguration configuration) {
        Layer layer = Dl4jDraw.unwrapped(configuration.getLayer());
        String name = place + " " + layer.getClass().getSimpleName();
        if (layer instanceof AbstractSameDiffLayer sameDiff) {
            // Asking for them defines them once and for all, with sizes that may not be known yet: so the clone is
            // asked.
            boolean without = ((AbstractSameDiffLayer) sameDiff.clone())
                    .getLayerParams()
                    .getParamShapes()
                    .isEmpty();
            return new AuditedLayer(name, layer, List.of(), without ? null : drawsItself(layer));
        }
        if (!(layer instanceof BaseLayer base)
                || layer instanceof BatchNormalization
                || !Dl4jDraw.hasParameters(base)) {
            return new AuditedLayer(name, layer, List.of(), null);
        }
        String missing = Dl4jDraw.missing(base);
        return new AuditedLayer(name, layer, missing == null ? Dl4jDraw.of(configuration, base) : List.of(), missing);
    }

    private static String drawsItself(Layer layer) {
        String own = layer instanceof SameDiffLayer sameDiff && sameDiff.getWeightInit() != null
                ? String.format(Locale.ROOT, ", by its own .weightInit(WeightInit.%s)", sameDiff.getWeightInit())
                : "";
        return "a SameDiff layer draws its parameters itself" + own
                + ": DL4J does not hand it the weightInit of the whole network";
    }

    /** @param alike whether training cannot tell its units apart */
    List<WeightAudit> judge(GainAdvice advice, double tolerance, boolean alike) {
        if (why != null) {
            return List.of(Judge.notJudged(name, "", "", why));
        }
        if (!(layer instanceof BaseLayer base)) {
            return List.of();
        }
        Judge judge = new Judge(name, base, advice, tolerance, alike);
        return draws.stream().map(judge::of).toList();
    }

    Symmetry.Part part(List<String> sources) {
        boolean single = draws.stream()
                .allMatch(draw -> draw.layout() != null && draw.layout().nOut() == 1);
        return new Symmetry.Part(effect(), LayerCatalog.of(layer).takesLoss() || (!draws.isEmpty() && single), sources);
    }

    private Effect effect() {
        if (draws.isEmpty()) {
            boolean without = layer instanceof NoParamLayer
                    || layer instanceof BatchNormalization
                    || (layer instanceof BaseLayer base && !Dl4jDraw.hasParameters(base));
            return why == null && without ? Effect.PASSES : Effect.TELLS_APART;
        }
        if (!draws.stream()
                .allMatch(draw -> draw.layout() != null && ConfiguredDistribution.isConstant(draw.scheme()))) {
            return Effect.TELLS_APART;
        }
        boolean unitByUnit = draws.stream()
                .map(Dl4jDraw::layout)
                .allMatch(shape ->
                        shape != null && (shape.kind() == Kind.SLOPES || (shape.isGrouped() && shape.nOut() == 1)));
        return unitByUnit ? Effect.PASSES : Effect.ALIKE;
    }
}
