package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How much the kernels of networks of one width differ, by width. */
final class Fluctuations {

    /** Of an earlier computation of this project without this library: mean and deviation of one entry, Gaussian and orthogonal. */
    private static final Map<Integer, List<String>> ELSEWHERE = Map.of(
            64, List.of("3.44 ± 1.86", "3.36 ± 1.34"),
            256, List.of("3.24 ± 0.73", "3.32 ± 0.71"),
            1024, List.of("3.19 ± 0.32", "3.28 ± 0.34"));

    /** Images of 7 x 7 have fewer pixels than the narrowest network has units. */
    private static final int PIXELS_OF_SMALL = 49;

    /** Networks at the start: of the narrowest and of the widest. */
    private static final int MOST_NETWORKS = 64;

    private static final int LEAST_NETWORKS = 8;

    private final StudyOptions options;
    private final Journal journal;
    private final LabelledData digits;

    Fluctuations(StudyOptions options, Journal journal, LabelledData digits) {
        this.options = options;
        this.journal = journal;
        this.digits = digits;
    }

    /** Networks at the start, on these examples. */
    private record Case(String title, NtkNetwork network, INDArray x, int widest) {}

    private List<Case> cases() {
        int n = options.full() ? 16 : 4;
        return List.of(
                new Case("ReLU, 3 hidden layers, two vectors", NtkNetwork.RELU, vectors(), 1024),
                new Case(NtkNetwork.RELU.title(), NtkNetwork.RELU, Examples.features(digits, n, NtkNetwork.RELU), 1024),
                new Case(NtkNetwork.TANH.title(), NtkNetwork.TANH, Examples.features(digits, n, NtkNetwork.TANH), 2048),
                new Case(
                        NtkNetwork.TANH.title() + ", 49 pixels",
                        NtkNetwork.TANH,
                        Examples.features(digits.limited(n, 1).reduced(4), n, NtkNetwork.TANH),
                        1024),
                new Case(
                        NtkNetwork.DEEP_TANH.title(),
                        NtkNetwork.DEEP_TANH,
                        Examples.features(digits, n, NtkNetwork.DEEP_TANH),
                        1024));
    }

    /** Those of the test vectors of the analytic kernel. */
    private static INDArray vectors() {
        return Nd4j.createFromArray(new float[][] {{1, 0, 2, -1}, {0.5f, -1, 1, 1}});
    }

    private int networks(Case one, int width) {
        if (!options.full()) {
            return 4;
        }
        if (one.x().rows() == 2) {
            return width > 512 ? 40 : 100;
        }
        return Math.max(LEAST_NETWORKS, Math.min(MOST_NETWORKS, 16_384 / width));
    }

    void addTo(ResultPage page) {
        List<Case> cases = cases();
        Map<String, INDArray> limits = new LinkedHashMap<>();
        Function<Case, INDArray> limit = one -> limits.computeIfAbsent(
                one.title(), title -> one.network().limit().ntk(one.x(), one.x()));
        Function<Case, Function<Law, Function<Integer, double[]>>> numbers = one -> law -> width -> {
            int networks = networks(one, width);
            return journal.row(
                    List.of("start", one.title(), law.title(), "" + width, networks + " networks"),
                    () -> Experiments.fluctuation(one.network(), law, width, networks, one.x(), limit.apply(one)));
        };
        vectors(page, cases.get(0), numbers.apply(cases.get(0)));
        List<WidthCurve> lines = new ArrayList<>();
        for (Case one : cases) {
            for (Law law : Law.values()) {
                lines.add(new WidthCurve(
                        one.title(),
                        law,
                        WidthCurve.widths(options.full(), one.widest()).stream()
                                .map(width -> {
                                    double size = numbers.apply(one).apply(law).apply(width)[0];
                                    return new Point(width, size);
                                })
                                .toList(),
                        one.x().columns() > PIXELS_OF_SMALL ? one.x().columns() : Integer.MAX_VALUE));
                options.say(one.title() + ", " + law.title());
            }
        }
        page.heading("How much kernels of one width differ")
                .paragraph(
                        "Root mean square distance of the networks' kernels from their mean, in parts of the limit's size (Frobenius norms);"
                                + " in the last row the power of the width that it falls with (least squares of logarithms, with standard error;"
                                + " with 784 pixels of the widths below 784 alone, since a first layer of more units than pixels can be an isometry)."
                                + " The images are " + cases.get(1).x().rows() + " digits; "
                                + networks(cases.get(1), 64)
                                + " networks of the narrowest, "
                                + networks(cases.get(1), 2048)
                                + " of the widest (two vectors: 100, 40 above width 512).")
                .table(WidthCurve.table(WidthCurve.widths(options.full(), Integer.MAX_VALUE), lines));
        WidthCurve.charts(
                page,
                "fluctuation",
                "Fluctuation of the kernel",
                "relative fluctuation",
                WidthCurve.widths(options.full(), Integer.MAX_VALUE),
                lines);
    }

    private void vectors(ResultPage page, Case one, Function<Law, Function<Integer, double[]>> numbers) {
        double limit = one.network().limit().ntk(one.x(), one.x()).getDouble(0, 1);
        List<List<String>> rows = new ArrayList<>();
        for (int width : WidthCurve.widths(options.full(), one.widest())) {
            List<String> row = new ArrayList<>(List.of("" + width));
            for (Law law : Law.values()) {
                double[] found = numbers.apply(law).apply(width);
                row.add(String.format(Locale.ROOT, "%.2f ± %.2f", found[2], found[3]));
                row.add(ELSEWHERE.containsKey(width) ? ELSEWHERE.get(width).get(law.style()) : "-");
            }
            rows.add(row);
        }
        page.heading("One entry against an independent computation")
                .paragraph(String.format(
                        Locale.ROOT,
                        "Theta(x, y) for x = (1, 0, 2, -1), y = (0.5, -1, 1, 1), 3 hidden layers of ReLU, sigma_w^2 = 2: mean ± standard deviation over"
                                + " networks (100, and 40 above width 512). *Elsewhere* are the numbers of an earlier computation of this project, without"
                                + " this library and with other draws; they are not published ones. The limit is %.3f.",
                        limit))
                .table(new Table(List.of("width", "Gaussian", "elsewhere", "orthogonal", "elsewhere"), rows));
    }
}
