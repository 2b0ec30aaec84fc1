package io.github.dl4jinit.contract;

import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;

/** Something about a whole network or its batch that is not as plain as can be. At most one of each group. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without state.
enum Setting {
    ADAM(new Adam(0.01)),
    NESTEROVS(new Nesterovs(0.01, 0.9)),
    RMS_PROP(new RmsProp(0.01)),
    ADA_GRAD(new AdaGrad(0.01)),
    NADAM(new Nadam(0.01)),
    AMS_GRAD(new AMSGrad(0.01)),
    ADA_DELTA(new AdaDelta()),
    ADA_MAX(new AdaMax(0.01)),
    NO_UPDATES(new NoOp()),

    L2(Group.PENALTY, builder -> builder.l2(0.01)),
    L1(Group.PENALTY, builder -> builder.l1(0.01)),
    WEIGHT_DECAY(Group.PENALTY, builder -> builder.weightDecay(0.01)),

    CLIPPED(Group.GRADIENT, builder -> builder.gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
            .gradientNormalizationThreshold(0.1)),
    RENORMALIZED(Group.GRADIENT, builder -> builder.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)),

    NO_WORKSPACES(Group.MEMORY, builder -> builder.trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)),
    CACHED(Group.MEMORY, builder -> builder.cacheMode(CacheMode.DEVICE)),

    SUMS(Group.MINIBATCH, builder -> builder.miniBatch(false)),
    /** Updates every two time steps. */
    TRUNCATED(Group.TRUNCATION, builder -> {}),
    /** NHWC and NWC. */
    CHANNELS_LAST(Group.LAYOUT, builder -> {}),
    /** Images come as rows of numbers. */
    FLAT(Group.LAYOUT, builder -> {}),

    /** The first steps of a series count. */
    MASKED(Group.FEATURES_MASK, builder -> {}),
    /** Any steps of a series count, one at least. */
    MASKED_WITH_HOLES(Group.FEATURES_MASK, builder -> {}),
    /** No mask, and zeros in the last steps. */
    PADDED(Group.FEATURES_MASK, builder -> {}),
    LABELS_MASKED(Group.LABELS_MASK, builder -> {}),
    /** Half of all features are exactly zero. */
    ZEROS(Group.FEATURES, builder -> {}),
    /** Features of a mean and a spread as nobody scaled them. */
    UNSCALED(Group.FEATURES, builder -> {});

    /** What excludes what. */
    enum Group {
        UPDATER,
        PENALTY,
        GRADIENT,
        MEMORY,
        MINIBATCH,
        TRUNCATION,
        LAYOUT,
        FEATURES_MASK,
        LABELS_MASK,
        FEATURES
    }

    private final Group group;
    private final Consumer<NeuralNetConfiguration.Builder> change;

    Setting(IUpdater updater) {
        this(Group.UPDATER, builder -> builder.updater(updater.clone()));
    }

    Setting(Group group, Consumer<NeuralNetConfiguration.Builder> change) {
        this.group = group;
        this.change = change;
    }

    Group group() {
        return group;
    }

    void on(NeuralNetConfiguration.Builder builder) {
        change.accept(builder);
    }
}
