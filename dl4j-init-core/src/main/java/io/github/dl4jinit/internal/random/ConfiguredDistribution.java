package io.github.dl4jinit.internal.random;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.BinomialDistribution;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.distribution.LogNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The distribution that DL4J's {@code WeightInitDistribution} draws from, and what must be known of it before it is called. */
public final class ConfiguredDistribution {

    /** Why nobody must call it. */
    public static final String ORTHOGONAL_KILLS =
            "its singular value decomposition ends the JVM or never returns, from 16 x 16 on";

    private ConfiguredDistribution() {}

    /**
     * The distribution inside a scheme. DL4J keeps it to itself, but for its JSON.
     *
     * @param scheme any scheme
     * @return the distribution, or empty if the scheme is another one
     */
    public static Optional<Distribution> of(IWeightInit scheme) {
        if (!(scheme instanceof WeightInitDistribution)) {
            return Optional.empty();
        }
        try {
            ObjectMapper mapper = NeuralNetConfiguration.mapper();
            return Optional.of(mapper.treeToValue(mapper.valueToTree(scheme).get("distribution"), Distribution.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the distribution of " + scheme + " does not survive JSON", e);
        }
    }

    /**
     * Why a scheme must not be called.
     *
     * @param scheme any scheme
     * @return the reason and the remedy, or empty if it may be called
     */
    public static Optional<String> whyNotCalled(IWeightInit scheme) {
        return of(scheme)
                .filter(OrthogonalDistribution.class::isInstance)
                .map(orthogonal -> "it draws from DL4J's OrthogonalDistribution, and " + ORTHOGONAL_KILLS
                        + ": use new Orthogonal(gain) of this library");
    }

    /**
     * Whether a scheme gives all weights of an array the same number.
     *
     * @param scheme any scheme
     * @return false if it draws, and where nothing is known of it
     */
    public static boolean isConstant(IWeightInit scheme) {
        return scheme instanceof WeightInitConstant
                || of(scheme).filter(ConfiguredDistribution::isConstant).isPresent();
    }

    private static boolean isConstant(Distribution distribution) {
        if (distribution instanceof NormalDistribution normal) {
            return normal.getStd() == 0;
        }
        if (distribution instanceof TruncatedNormalDistribution normal) {
            return normal.getStd() == 0;
        }
        if (distribution instanceof LogNormalDistribution normal) {
            return normal.getStd() == 0;
        }
        if (distribution instanceof BinomialDistribution binomial) {
            double p = binomial.getProbabilityOfSuccess();
            return binomial.getNumberOfTrials() == 0 || p == 0 || p == 1;
        }
        return distribution instanceof ConstantDistribution;
    }
}
