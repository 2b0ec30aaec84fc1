package io.github.dl4jinit.audit;

import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Locale;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitLecunUniform;
import org.deeplearning4j.nn.weights.WeightInitNormal;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.nn.weights.WeightInitReluUniform;
import org.deeplearning4j.nn.weights.WeightInitSigmoidUniform;
import org.deeplearning4j.nn.weights.WeightInitUniform;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanAvg;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanIn;
import org.deeplearning4j.nn.weights.WeightInitVarScalingNormalFanOut;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanAvg;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanIn;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanOut;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.nn.weights.WeightInitXavierLegacy;
import org.deeplearning4j.nn.weights.WeightInitXavierUniform;
import org.jspecify.annotations.Nullable;

/**
 * What the name of one of DL4J's schemes promises, as one of ours, and what DL4J's formula makes of it.
 *
 * @param kept the scheme that keeps the promise
 * @param java the Java expression of that scheme
 * @param defect the factor by which DL4J's formula misses the promised variance, given the same fans
 * @param reason why it misses it, or null if the factor is 1
 */
record Promise(
        VarianceScaling kept,
        String java,
        double defect,
        @Nullable String reason) {
    /**
     * The variance of ND4J's truncated normal with standard deviation 1, measured over 48 million draws (standard error 0.0001). A normal
     * cut at two standard deviations has 0.7737: ND4J does not draw again what it cuts off, it puts too much of it near zero.
     */
    static final double TRUNCATED = 0.7580;

    /** The promise of a scheme, or null for a scheme that promises no variance. */
    static @Nullable Promise of(IWeightInit scheme) {
        if (scheme instanceof VarianceScaling own) {
            return new Promise(own, "", 1, null);
        }
        if (scheme instanceof WeightInitXavier) {
            return kept(VarianceScaling.glorotNormal(), "VarianceScaling.glorotNormal()");
        }
        if (scheme instanceof WeightInitXavierUniform) {
            return kept(VarianceScaling.glorotUniform(), "VarianceScaling.glorotUniform()");
        }
        if (scheme instanceof WeightInitXavierLegacy) {
            return kept(0.5, Fan.AVERAGE, Law.NORMAL);
        }
        if (scheme instanceof WeightInitRelu) {
            return kept(VarianceScaling.heNormal(), "VarianceScaling.heNormal()");
        }
        if (scheme instanceof WeightInitReluUniform) {
            return kept(VarianceScaling.heUniform(), "VarianceScaling.heUniform()");
        }
        if (scheme instanceof WeightInitNormal) {
            return kept(VarianceScaling.lecunNormal(), "VarianceScaling.lecunNormal()");
        }
        if (scheme instanceof WeightInitUniform) {
            return kept(VarianceScaling.standardUniform(), "VarianceScaling.standardUniform()");
        }
        if (scheme instanceof WeightInitSigmoidUniform) {
            return kept(16, Fan.AVERAGE, Law.UNIFORM);
        }
        if (scheme instanceof WeightInitLecunUniform) {
            return new Promise(
                    VarianceScaling.lecunUniform(),
                    "VarianceScaling.lecunUniform()",
                    3,
                    "bound 3/sqrt(fan) where sqrt(3/fan) is meant");
        }
        return varianceScaling(scheme);
    }

    private static @Nullable Promise varianceScaling(IWeightInit scheme) {
        if (scheme instanceof WeightInitVarScalingNormalFanIn normal) {
            return truncated(normal.getScale(), Fan.IN);
        }
        if (scheme instanceof WeightInitVarScalingNormalFanOut normal) {
            return truncated(normal.getScale(), Fan.OUT);
        }
        if (scheme instanceof WeightInitVarScalingNormalFanAvg normal) {
            return truncated(normal.getScale(), Fan.AVERAGE);
        }
        if (scheme instanceof WeightInitVarScalingUniformFanIn uniform) {
            return uniform(uniform.getScale(), Fan.IN);
        }
        if (scheme instanceof WeightInitVarScalingUniformFanOut uniform) {
            return uniform(uniform.getScale(), Fan.OUT);
        }
        if (scheme instanceof WeightInitVarScalingUniformFanAvg uniform) {
            return uniform(uniform.getScale(), Fan.AVERAGE);
        }
        return null;
    }

    private static Promise truncated(@Nullable Double scale, Fan fan) {
        Promise promise = kept(scale == null ? 1 : scale, fan, Law.TRUNCATED_NORMAL);
        return new Promise(
                promise.kept, promise.java, TRUNCATED, "truncation at two standard deviations is not corrected for");
    }

    private static Promise uniform(@Nullable Double scale, Fan fan) {
        Promise promise = kept(scale == null ? 1 : scale, fan, Law.UNIFORM);
        String reason = scale == null
                ? "bound 3/sqrt(fan) where sqrt(3/fan) is meant"
                : "bound scale * 3/sqrt(fan) where sqrt(3 scale/fan) is meant";
        return new Promise(promise.kept, promise.java, 3 * promise.kept.scale(), reason);
    }

    private static Promise kept(VarianceScaling scheme, String java) {
        return new Promise(scheme, java, 1, null);
    }

    private static Promise kept(double scale, Fan fan, Law law) {
        String java = String.format(Locale.ROOT, "new VarianceScaling(%s, Fan.%s, Law.%s)", scale, fan, law);
        return kept(new VarianceScaling(scale, fan, law), java);
    }
}
