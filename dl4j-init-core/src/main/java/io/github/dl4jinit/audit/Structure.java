package io.github.dl4jinit.audit;

import io.github.dl4jinit.audit.InitAudit.WeightAudit.Assessment;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Comments;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Variance;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.WeightScheme;
import io.github.dl4jinit.scheme.WeightShape;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a scheme of this library that gives a weight's matrices a structure, such as {@link Orthogonal}: whether it gets the right matrices, and what
 * an output gets of the variance of its inputs.
 *
 * @param verdict whether it keeps its promise
 * @param variance of one weight: known for {@link Orthogonal}
 * @param comments why not, and what to do
 */
record Structure(Assessment verdict, Variance variance, Comments comments) {

    /** Their matrices lie alike in memory, up to a transposition. */
    private static final Set<Kind> SAME = EnumSet.of(Kind.CONV_2D, Kind.DECONV_2D, Kind.POINTWISE);

    static Structure of(Dl4jDraw draw, WeightScheme scheme) {
        WeightShape layout = draw.layout();
        if (layout == null) {
            return new Structure(Assessment.AS_PROMISED, Variance.UNKNOWN, new Comments(List.of(), null, null));
        }
        WeightShape inferred = draw.given().inferred();
        Orthogonal orthogonal = scheme instanceof Orthogonal own ? own : null;
        Variance variance = orthogonal == null
                ? Variance.UNKNOWN
                : new Variance(orthogonal.variance(layout), orthogonal.variance(inferred));
        if (!isRecognized(inferred, layout)) {
            String reason = String.format(
                    Locale.ROOT,
                    "the call lets the scheme take it for %s where %s is right, so that it structures other matrices",
                    inferred.kind(),
                    layout.kind());
            return new Structure(Assessment.OFF, variance, new Comments(List.of(reason), Judge.WHOLE_NETWORK, null));
        }
        String advice = orthogonal == null ? null : spread(draw, orthogonal, layout);
        return new Structure(Assessment.AS_PROMISED, variance, new Comments(List.of(), null, advice));
    }

    /** Whether a layout that was recognized by the call has the matrices of the true one. */
    private static boolean isRecognized(WeightShape inferred, WeightShape layout) {
        boolean square = layout.kind() == Kind.CONV_1D && layout.nIn() == layout.nOut();
        return inferred.kind() == layout.kind()
                || (SAME.contains(inferred.kind()) && (SAME.contains(layout.kind()) || square));
    }

    /** An isometry into more numbers than it gets gives each of them less. */
    private static @Nullable String spread(Dl4jDraw draw, Orthogonal scheme, WeightShape layout) {
        double kept = layout.fanIn() * new Orthogonal(1).variance(layout);
        if (kept > 1 - 1e-9 || layout.kind() == Kind.EMBEDDING || layout.kind() == Kind.ELEMENT_WISE) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "it keeps the length of its input and spreads it over more outputs: of white inputs each has %.3f of the variance"
                        + " (fanIn Var[w] = %.3f); %s keeps the variance",
                kept,
                kept * scheme.gain() * scheme.gain(),
                draw.line(String.format(Locale.ROOT, "new Orthogonal(%.4f)", scheme.gain() / Math.sqrt(kept))));
    }
}
