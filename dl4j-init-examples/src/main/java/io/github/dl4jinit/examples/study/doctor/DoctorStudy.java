package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.doctor.Rule;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.doctor.DoctorNetwork.Kind;
import io.github.dl4jinit.examples.study.doctor.DoctorNetwork.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which initial numbers predict that a network will not train: many small networks are measured by the doctor, then trained.
 *
 * <p>The first half, dense networks on letters, sets the bound of each rule; the second half, with other activations, other depths and
 * widths, residual graphs and convolutions, on images, says how often each rule hits, misses and cries wolf. A network has failed if
 * at neither of two learning rates its loss came below 0.8 times that of the best constant output.
 */
@Command(
        name = "doctor-study",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "The doctor's bounds: measured at the start of many small networks, which are then trained.")
public final class DoctorStudy implements Callable<Integer> {

    private static final String NAME = "doctor";
    private static final long ORDER = 1;

    @Mixin
    private StudyOptions options = new StudyOptions();

    @Option(
            names = "--networks",
            paramLabel = "N",
            description = "only the first N networks, in an order that is shuffled once (default: all)")
    private int most = Integer.MAX_VALUE;

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new DoctorStudy(), args);
    }

    @Override
    public Integer call() {
        int updates = options.full() ? 100 : 5;
        List<Long> seeds = options.seeds(1);
        List<String> columns =
                new ArrayList<>(ExaminedNetwork.RULES.stream().map(Rule::id).toList());
        columns.add("not-finite");
        DoctorMeasurement.RATES.forEach(rate -> columns.add("loss at " + rate));
        Journal journal = options.journal(
                NAME, List.of("half", "kind", "activation", "depth", "width", "start", "updates", "seed"), columns);
        Map<Half, LabelledData> data = new EnumMap<>(Half.class);
        List<Subject> subjects = new ArrayList<>();
        for (Half half : Half.values()) {
            data.put(half, half.load(options.data()));
            networks(half).forEach(network -> subjects.add(new Subject(half, network)));
        }
        // So that a run of a part of them, or one that was stopped, is a fair sample.
        Collections.shuffle(subjects, new Random(ORDER));
        List<ExaminedNetwork> networks = new ArrayList<>();
        subjects.stream().limit(most).forEach(subject -> {
            for (long seed : seeds) {
                LabelledData of = Objects.requireNonNull(data.get(subject.half()));
                double[] row = journal.row(
                        subject.key(updates, seed),
                        () -> DoctorMeasurement.measure(subject.network(), of, updates, seed));
                networks.add(ExaminedNetwork.of(subject.half(), subject.network(), row));
            }
        });
        ResultPage page = ResultPage.of(NAME, "Which initial numbers predict a failure to train");
        DoctorTables.addTo(page, networks);
        page.write(options.output(), facts(updates, seeds), journal);
        return 0;
    }

    private Facts facts(int updates, List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "updates",
                updates + " of " + DoctorMeasurement.BATCH + " examples, Adam at " + DoctorMeasurement.RATES);
        settings.put("examined on", DoctorMeasurement.EXAMINED + " examples");
        settings.put(
                "failed",
                "at neither rate a loss below " + ExaminedNetwork.FAILED + " times that of the best constant output");
        settings.put("seeds", seeds.toString());
        settings.put("precision", "single");
        return options.facts(settings);
    }

    private List<DoctorNetwork> networks(Half half) {
        List<DoctorNetwork> networks = new ArrayList<>();
        boolean full = options.full();
        if (half == Half.SETTING) {
            add(
                    networks,
                    Kind.DENSE,
                    full ? List.of(Activation.TANH, Activation.RELU, Activation.SIGMOID) : List.of(Activation.TANH),
                    full ? List.of(3, 10, 30) : List.of(2),
                    full ? List.of(32) : List.of(8));
        } else {
            add(
                    networks,
                    Kind.DENSE,
                    full
                            ? List.of(Activation.SOFTSIGN, Activation.LEAKYRELU, Activation.SELU)
                            : List.of(Activation.SELU),
                    full ? List.of(5, 20) : List.of(2),
                    full ? List.of(64) : List.of(8));
            add(
                    networks,
                    Kind.RESIDUAL,
                    List.of(Activation.RELU),
                    full ? List.of(3, 8) : List.of(1),
                    List.of(full ? 48 : 8));
            add(networks, Kind.CONVOLUTION, List.of(Activation.RELU), List.of(full ? 4 : 1), List.of(full ? 8 : 2));
        }
        return networks;
    }

    private static void add(
            List<DoctorNetwork> networks,
            Kind kind,
            List<Activation> activations,
            List<Integer> depths,
            List<Integer> widths) {
        for (Activation activation : activations) {
            for (int depth : depths) {
                for (int width : widths) {
                    for (Start start : Start.values()) {
                        networks.add(new DoctorNetwork(kind, activation, depth, width, start));
                    }
                }
            }
        }
    }

    private record Subject(Half half, DoctorNetwork network) {

        List<String> key(int updates, long seed) {
            List<String> key = new ArrayList<>(List.of(half.name().toLowerCase(Locale.ROOT)));
            key.addAll(network.key());
            key.addAll(List.of(Integer.toString(updates), Long.toString(seed)));
            return key;
        }
    }
}
