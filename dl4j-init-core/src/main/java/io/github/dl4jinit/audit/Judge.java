package io.github.dl4jinit.audit;

import io.github.dl4jinit.audit.Dl4jDraw.Given;
import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Assessment;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Comments;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.SchemeCall;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Variance;
import io.github.dl4jinit.internal.random.ConfiguredDistribution;
import io.github.dl4jinit.scheme.VarianceScaling;
import io.github.dl4jinit.scheme.WeightScheme;
import io.github.dl4jinit.scheme.WeightShape;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitIdentity;
import org.deeplearning4j.nn.weights.WeightInitXavierLegacy;
import org.jspecify.annotations.Nullable;

/** Judges the draws of one layer. */
final class Judge {
    static final String WHOLE_NETWORK =
            "a pass over the built network, such as Lsuv: no scheme can tell this weight from another layer's by its call alone";

    private final String layer;
    private final BaseLayer configuration;
    private final GainAdvice advice;
    private final double tolerance;
    private final boolean alike;

    /** @param alike whether training cannot tell the units of the layer apart */
    Judge(String layer, BaseLayer configuration, GainAdvice advice, double tolerance, boolean alike) {
        this.layer = layer;
        this.configuration = configuration;
        this.advice = advice;
        this.tolerance = tolerance;
        this.alike = alike;
    }

    WeightAudit of(Dl4jDraw draw) {
        String name = name(draw.scheme());
        if (draw.layout() != null && draw.layout().kind() == Kind.SLOPES) {
            return slopes(draw, name);
        }
        if (ConfiguredDistribution.isConstant(draw.scheme())) {
            return constant(draw, name);
        }
        Optional<Distribution> distribution = ConfiguredDistribution.of(draw.scheme());
        if (distribution.isPresent()) {
            return distribution(draw, name, distribution.get());
        }
        if (draw.scheme() instanceof WeightInitIdentity) {
            return notJudged(draw, name, "nothing is random");
        }
        Promise promise = Promise.of(draw.scheme());
        if (promise == null && draw.scheme() instanceof WeightScheme scheme) {
            Structure structure = Structure.of(draw, scheme);
            return verdict(draw, name, structure.verdict(), structure.variance(), structure.comments());
        }
        if (promise == null) {
            return notJudged(draw, name, "an unknown scheme: put it through InitContract");
        }
        WeightShape layout = draw.layout();
        return layout == null
                ? notJudged(draw, name, "the layout of this layer's weights is unknown")
                : scaled(draw, name, promise, layout);
    }

    private WeightAudit constant(Dl4jDraw draw, String name) {
        return alike
                ? verdict(
                        draw,
                        name,
                        Assessment.ALIKE,
                        Variance.UNKNOWN,
                        new Comments(
                                List.of(
                                        "all weights are equal, and those behind them too: the units of this layer start alike and stay"
                                                + " alike"),
                                draw.line("VarianceScaling.glorotNormal()"),
                                null))
                : notJudged(
                        draw,
                        name,
                        "all weights are equal: what else the layer has and what lies behind it, random weights or labels, tells its"
                                + " units apart");
    }

    private WeightAudit scaled(Dl4jDraw draw, String name, Promise promise, WeightShape layout) {
        double promised = promise.kept().variance(layout);
        double drawn = promise.defect() * promise.kept().variance(seen(draw, layout));
        List<String> reasons = new ArrayList<>();
        boolean asPromised = Math.abs(drawn / promised - 1) <= tolerance;
        if (!asPromised && promise.reason() != null) {
            reasons.add(promise.reason());
        }
        if (!asPromised && promise.kept().variance(seen(draw, layout)) != promised) {
            reasons.add(fans(draw, layout));
        }
        return verdict(
                draw,
                name,
                asPromised ? Assessment.AS_PROMISED : Assessment.OFF,
                new Variance(promised, drawn),
                new Comments(reasons, asPromised ? null : remedy(draw, layout, promise), advice(layout, drawn)));
    }

    /** The shape with the fans that the scheme takes: those passed, the first two sizes, or the ones that our schemes recognise. */
    private static WeightShape seen(Dl4jDraw draw, WeightShape layout) {
        Given given = draw.given();
        if (draw.scheme() instanceof WeightScheme) {
            return given.inferred();
        }
        boolean legacy = draw.scheme() instanceof WeightInitXavierLegacy;
        return new WeightShape(
                layout.kind(),
                layout.shape(),
                layout.order(),
                legacy ? layout.shape().get(0) : given.fanIn(),
                legacy ? layout.shape().get(1) : given.fanOut(),
                layout.gates());
    }

    private static String fans(Dl4jDraw draw, WeightShape layout) {
        WeightShape seen = seen(draw, layout);
        String who = draw.scheme() instanceof WeightInitXavierLegacy
                ? "the scheme takes"
                : draw.scheme() instanceof WeightScheme ? "the call lets the scheme take" : "DL4J passes";
        return String.format(
                Locale.ROOT,
                "%s fanIn %s, fanOut %s where %s, %s are right",
                who,
                number(seen.fanIn()),
                number(seen.fanOut()),
                number(layout.fanIn()),
                number(layout.fanOut()));
    }

    private static String number(double fan) {
        return fan == Math.rint(fan) ? Long.toString((long) fan) : String.format(Locale.ROOT, "%.2f", fan);
    }

    private static String remedy(Dl4jDraw draw, WeightShape layout, Promise promise) {
        boolean recognised = promise.kept().variance(draw.given().inferred())
                == promise.kept().variance(layout);
        return recognised ? draw.line(promise.java()) : WHOLE_NETWORK;
    }

    private @Nullable String advice(WeightShape layout, double variance) {
        return switch (layout.kind()) {
            case DENSE, CONV_1D, CONV_2D, CONV_3D, DECONV_2D, DECONV_3D, DEPTHWISE, POINTWISE ->
                advice.of(configuration, layout.fanIn(), variance);
            // Gates have activations of their own; the others have nothing in front of an activation.
            case GATED, EMBEDDING, SEPARABLE_DEPTH, ELEMENT_WISE, SLOPES -> null;
        };
    }

    private WeightAudit slopes(Dl4jDraw draw, String name) {
        if (draw.scheme() instanceof WeightInitConstant || draw.scheme() instanceof WeightScheme) {
            return notJudged(draw, name, "the slopes of a PReLU: nothing is random");
        }
        return broken(
                draw,
                name,
                List.of("DL4J passes fans of 0 for the slopes of a PReLU, and they are no weights"),
                ".weightInit(new WeightInitConstant(0.25))");
    }

    private WeightAudit distribution(Dl4jDraw draw, String name, Distribution distribution) {
        if (distribution instanceof OrthogonalDistribution orthogonal) {
            return broken(
                    draw,
                    name,
                    List.of(
                            ConfiguredDistribution.ORTHOGONAL_KILLS,
                            "of a convolution kernel it makes the wrong matrix orthogonal"),
                    draw.line(String.format(Locale.ROOT, "new Orthogonal(%s)", orthogonal.getGain())));
        }
        if (distribution instanceof NormalDistribution normal) {
            return fixed(draw, name, normal.getStd() * normal.getStd());
        }
        if (distribution instanceof UniformDistribution uniform) {
            return fixed(draw, name, Math.pow(uniform.getUpper() - uniform.getLower(), 2) / 12);
        }
        if (distribution instanceof TruncatedNormalDistribution normal) {
            double promised = normal.getStd() * normal.getStd();
            return verdict(
                    draw,
                    name,
                    Assessment.OFF,
                    new Variance(promised, Promise.TRUNCATED * promised),
                    new Comments(
                            List.of(
                                    "truncation at two standard deviations is not corrected for, by the reading that the standard"
                                            + " deviation is that of the result"),
                            truncated(draw, normal),
                            null));
        }
        return notJudged(draw, name, "a distribution of your own numbers promises no variance");
    }

    /** A distribution that is truncated as well: our own around 0, ND4J's with the standard deviation that brings the wanted one elsewhere. */
    private static String truncated(Dl4jDraw draw, TruncatedNormalDistribution normal) {
        return draw.line(
                normal.getMean() == 0
                        ? String.format(
                                Locale.ROOT,
                                "new VarianceScaling(%.6g, Fan.IN, Law.TRUNCATED_NORMAL)",
                                normal.getStd()
                                        * normal.getStd()
                                        * draw.given().inferred().fanIn())
                        : String.format(
                                Locale.ROOT,
                                "new TruncatedNormalDistribution(%s, %.6g)",
                                normal.getMean(),
                                normal.getStd() / Math.sqrt(Promise.TRUNCATED)));
    }

    /** A variance that the user gave in numbers: it is drawn as given. */
    private WeightAudit fixed(Dl4jDraw draw, String name, double variance) {
        WeightShape layout = draw.layout();
        return verdict(
                draw,
                name,
                Assessment.AS_PROMISED,
                new Variance(variance, variance),
                new Comments(List.of(), null, layout == null ? null : advice(layout, variance)));
    }

    private WeightAudit notJudged(Dl4jDraw draw, String name, String reason) {
        return notJudged(layer, draw.parameter(), name, reason);
    }

    static WeightAudit notJudged(String layer, String parameter, String scheme, String reason) {
        return new WeightAudit(
                new SchemeCall(layer, parameter, scheme),
                Assessment.NOT_JUDGED,
                Variance.UNKNOWN,
                new Comments(List.of(reason), null, null));
    }

    private WeightAudit broken(Dl4jDraw draw, String name, List<String> reasons, String remedy) {
        return verdict(draw, name, Assessment.BROKEN, Variance.UNKNOWN, new Comments(reasons, remedy, null));
    }

    private WeightAudit verdict(Dl4jDraw draw, String name, Assessment verdict, Variance variance, Comments comments) {
        return new WeightAudit(new SchemeCall(layer, draw.parameter(), name), verdict, variance, comments);
    }

    private static String name(IWeightInit scheme) {
        return ConfiguredDistribution.of(scheme)
                .map(Distribution::toString)
                .orElse(
                        scheme instanceof VarianceScaling
                                ? scheme.toString()
                                : scheme.getClass().getSimpleName());
    }
}
