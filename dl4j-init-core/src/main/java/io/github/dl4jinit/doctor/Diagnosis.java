package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.initializer.NetworkInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** What {@link InitDoctor} found in a network, and what it prescribes. Immutable. */
@API(status = API.Status.STABLE, since = "0.1")
public final class Diagnosis {

    private final DoctorReport report;
    private final @Nullable NetworkInitializer prescription;

    Diagnosis(DoctorReport report, @Nullable NetworkInitializer prescription) {
        this.report = report;
        this.prescription = prescription;
    }

    /** {@return everything that was found, as data: the report, before and after the prescription} */
    public DoctorReport report() {
        return report;
    }

    /** {@return the layers and vertices with their verdicts: in the order of execution} */
    public List<LayerVitals> layers() {
        return report.measured().layers();
    }

    /** {@return the rules that fire: the gravest first; none if the network is healthy} */
    public List<Finding> findings() {
        return report.judgement().findings();
    }

    /** {@return whether no rule fires} */
    public boolean healthy() {
        return report.judgement().findings().isEmpty();
    }

    /** {@return what to expect of training: the prognosis without a treatment} */
    public Prognosis prognosis() {
        return report.judgement().prognosis();
    }

    /**
     * The initializer that fixes the network, or leaves the fewest findings.
     *
     * <p>It was tried on a copy; since one seed gives the same bits, {@code prescribe().initialize(network, batch)} with the batch that was
     * examined makes the network that the report shows.
     *
     * @return an initializer
     * @throws IllegalStateException if the network is healthy, or if nothing that was tried makes it better
     */
    public NetworkInitializer prescribe() {
        if (prescription == null) {
            throw new IllegalStateException(
                    healthy()
                            ? "nothing to prescribe: the network is healthy; ask healthy() first"
                            : "nothing to prescribe: none of the initializers tried reduces the number of findings; the"
                                    + " findings say what else to do. Ask prescription() first");
        }
        return prescription;
    }

    /**
     * The same as {@link #prescribe} for those who ask first.
     *
     * @return the initializer, or empty if there is none
     */
    public Optional<NetworkInitializer> prescription() {
        return Optional.ofNullable(prescription);
    }

    /**
     * For terminals and logs.
     *
     * @return several lines
     */
    public String toText() {
        return report.toText();
    }

    /**
     * For programs.
     *
     * @return an indented JSON object
     */
    public String toJson() {
        return report.toJson();
    }

    /**
     * Writes one page with plots that needs no other file.
     *
     * @param file where to; replaced if it is there
     */
    public void toHtml(Path file) {
        try {
            Files.writeString(file, report.toHtml());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the page to " + file, e);
        }
    }

    @Override
    public String toString() {
        return toText();
    }

    /** What to expect of training from here. */
    public enum Prognosis {
        /** No rule fires. */
        GOOD,
        /** A rule fires with which some of the study's networks failed to train. */
        DOUBTFUL,
        /** A rule fires with which most of the study's networks failed to train, or a number is not finite. */
        BAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a layer suffers from before its first update. */
    public enum Verdict {
        /** No rule fires. */
        HEALTHY,
        /** The signal becomes too small on its way forward, or the gradient on its way back. */
        VANISHING,
        /** The signal or the gradient becomes too large, or is not finite. */
        EXPLODING,
        /** Units have the same output for all examples. */
        DEAD,
        /** Units have the same weights, and the same gradients. */
        ALIKE,
        /** Outputs lie at a bound of the activation function, where its slope is zero. */
        SATURATED,
        /** The examples, different at the input, have become alike, or lie on few lines. */
        RANK_COLLAPSED,
        /** The layer stretches some directions much more than others. */
        NOT_ISOMETRIC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
