package io.github.dl4jinit.internal.gaussian;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Expectations of piecewise smooth functions of a Gaussian variable, close to machine accuracy.
 *
 * <p>A plain Gauss-Hermite rule converges slowly where a function has a kink (error about 1/n for n nodes) or a jump, and most activations
 * have one. Here the line is cut into panels, each is integrated by a 16-point Gauss-Lobatto rule, and halved until the sum of its halves
 * agrees with it: a kink is then enclosed in a panel of a width near the last bit, without being told where it lies. What no node of the
 * first panels feels, a bump much narrower than their distance (a sixtieth of a standard deviation), is not found. The rule looks
 * at the ends of its panel too, since a jump just after an end would otherwise lie before every node and go unseen. All panels of one
 * generation go through the function in one call, since a call into ND4J costs more than its numbers.
 */
final class GaussianQuadrature {
    /** Several functions at once, on the same points: the result has one row per function. */
    @FunctionalInterface
    interface Integrand {
        double[][] at(double[] z);
    }

    private static final GaussLobatto RULE = GaussLobatto.ofOrder(16);
    /** The ends are looked at from inside, so that a kink at a common end of two panels belongs to neither. */
    private static final double END = 1 - 1e-13;
    /** Beyond 14 standard deviations the density is below 1e-42. */
    private static final int RANGE = 14;

    private static final double TOLERANCE = 1e-14;
    /** A function computed in single precision inside never meets the tolerance; what it does meet is accepted. */
    private static final double ACCEPTABLE = 1e-6;

    private static final double NEGLIGIBLE_TAIL = 1e-12;
    /** A tail below this is the density's own, however little there is in front of it, as with a threshold 13 deviations out. */
    private static final double ORDINARY_TAIL = 1e-30;

    private static final int MOST_PANELS = 1 << 14;

    /** Panels of less than this part of a deviation enclose a kink or a jump. */
    private static final double KINK = 1e-6;
    /** Cuts closer than this part of a deviation are not needed for a smooth function. */
    private static final double FINEST_CUT = 1.0 / 32;

    private final Integrand integrand;
    private final double mean;
    private final double deviation;
    private final TreeSet<Double> edges = new TreeSet<>();

    private GaussianQuadrature(Integrand integrand, double mean, double variance) {
        this.integrand = integrand;
        this.mean = mean;
        this.deviation = Math.sqrt(variance);
    }

    /**
     * E[g_k(z)] for z ~ N(mean, variance), one number for each function.
     *
     * @throws ArithmeticException if an expectation does not converge
     */
    static double[] expectations(Integrand integrand, double mean, double variance) {
        return new GaussianQuadrature(integrand, mean, variance).solve();
    }

    /**
     * Where the line must be cut for the functions to be smooth in between: their kinks and jumps, and the panels that resolve the rest.
     *
     * @return ascending
     */
    static double[] cuts(Integrand integrand, double mean, double variance) {
        GaussianQuadrature quadrature = new GaussianQuadrature(integrand, mean, variance);
        quadrature.solve();
        return quadrature.thinned();
    }

    private double[] thinned() {
        List<Double> cuts = new ArrayList<>();
        double last = Double.NEGATIVE_INFINITY;
        double narrowest = Double.POSITIVE_INFINITY;
        double kink = Double.NaN;
        for (double edge : edges) {
            Double next = edges.higher(edge);
            double width = next == null ? Double.POSITIVE_INFINITY : next - edge;
            if (width < KINK * deviation) {
                // The panels narrow down towards a kink: where they are narrowest, there it is.
                kink = width < narrowest ? edge : kink;
                narrowest = Math.min(width, narrowest);
                continue;
            }
            if (!Double.isNaN(kink)) {
                cuts.add(kink);
                last = kink;
                kink = Double.NaN;
                narrowest = Double.POSITIVE_INFINITY;
            }
            if (edge - last >= FINEST_CUT * deviation) {
                cuts.add(edge);
                last = edge;
            }
        }
        return cuts.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** A node of the rule, moved off the ends of its panel. */
    static double inside(double node) {
        return Math.max(-END, Math.min(END, node));
    }

    private static final class Panel {
        final double from;
        final double to;
        final double[] integrals;

        Panel(double from, double to, double[] integrals) {
            this.from = from;
            this.to = to;
            this.integrals = integrals;
        }

        double middle() {
            return from + (to - from) / 2;
        }

        /** Too narrow to matter, or of four units in the last place, so that there is nothing left to halve. */
        boolean isPoint(double deviation) {
            return to - from <= Math.max(1e-15 * deviation, 4 * Math.ulp(Math.max(Math.abs(from), Math.abs(to))));
        }
    }

    private double[] solve() {
        List<Panel> open = integrate(firstEdges());
        requireNegligibleTails(open, magnitudes(open));

        double[] result = new double[open.get(0).integrals.length];
        double[] closed = new double[result.length];
        while (!open.isEmpty()) {
            List<Panel> halves = integrate(halvesOf(open));
            // Anew in each generation: the first panels may have seen only the foot of what there is.
            double[] scale = magnitudes(halves);
            add(scale, closed);
            double[] error = new double[scale.length];
            List<Panel> next = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                Panel left = halves.get(2 * i);
                Panel right = halves.get(2 * i + 1);
                double[] difference = difference(open.get(i), left, right);
                if (open.get(i).isPoint(deviation) || isWithin(TOLERANCE, difference, scale)) {
                    add(result, left.integrals);
                    add(result, right.integrals);
                    addMagnitudes(closed, left.integrals);
                    addMagnitudes(closed, right.integrals);
                    edges.addAll(List.of(left.from, left.to, right.to));
                } else {
                    addMagnitudes(error, difference);
                    next.add(left);
                    next.add(right);
                }
            }
            if (next.size() > MOST_PANELS) {
                if (!isWithin(ACCEPTABLE, error, scale)) {
                    throw new ArithmeticException(String.format(
                            Locale.ROOT,
                            "the moments do not converge: estimated errors %s of %s on %d panels; the activation must be piecewise smooth",
                            Arrays.toString(error),
                            Arrays.toString(scale),
                            next.size()));
                }
                next.forEach(panel -> add(result, panel.integrals));
                next = List.of();
            }
            open = next;
        }
        return result;
    }

    /** Whole standard deviations around the mean, and powers of two around zero, where activations have their features. */
    private double[] firstEdges() {
        double lowest = mean - RANGE * deviation;
        double highest = mean + RANGE * deviation;
        TreeSet<Double> edges = new TreeSet<>();
        for (int k = -RANGE; k <= RANGE; k++) {
            edges.add(mean + k * deviation);
        }
        edges.add(0.0);
        for (double z = 0.25; z < Math.max(Math.abs(lowest), Math.abs(highest)); z *= 2) {
            edges.add(z);
            edges.add(-z);
        }
        double[] inside = edges.subSet(lowest, true, highest, true).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        double[] pairs = new double[2 * (inside.length - 1)];
        for (int i = 0; i + 1 < inside.length; i++) {
            pairs[2 * i] = inside[i];
            pairs[2 * i + 1] = inside[i + 1];
        }
        return pairs;
    }

    private static double[] halvesOf(List<Panel> panels) {
        return panels.stream()
                .flatMapToDouble(p -> DoubleStream.of(p.from, p.middle(), p.middle(), p.to))
                .toArray();
    }

    /** Integrates over the panels given as from, to, from, to ... with one call of the function. */
    private List<Panel> integrate(double[] edges) {
        int order = RULE.order();
        double[] z = new double[edges.length / 2 * order];
        double[] weight = new double[z.length];
        for (int p = 0; p < edges.length / 2; p++) {
            double half = (edges[2 * p + 1] - edges[2 * p]) / 2;
            double middle = edges[2 * p] + half;
            for (int i = 0; i < order; i++) {
                int at = p * order + i;
                z[at] = middle + half * inside(RULE.node(i));
                double standard = (z[at] - mean) / deviation;
                double density = Math.exp(-standard * standard / 2) / (deviation * Math.sqrt(2 * Math.PI));
                weight[at] = half * RULE.weight(i) * density;
            }
        }
        double[][] values = integrand.at(z);
        List<Panel> panels = new ArrayList<>(edges.length / 2);
        for (int p = 0; p < edges.length / 2; p++) {
            double[] integrals = new double[values.length];
            for (int k = 0; k < values.length; k++) {
                for (int at = p * order; at < (p + 1) * order; at++) {
                    integrals[k] += weight[at] * values[k][at];
                }
            }
            panels.add(new Panel(edges[2 * p], edges[2 * p + 1], integrals));
        }
        return panels;
    }

    private static void requireNegligibleTails(List<Panel> panels, double[] scale) {
        double[] tails = new double[scale.length];
        addMagnitudes(tails, panels.get(0).integrals);
        addMagnitudes(tails, panels.get(panels.size() - 1).integrals);
        boolean ordinary = Arrays.stream(tails).allMatch(tail -> tail <= ORDINARY_TAIL);
        if (!ordinary && !isWithin(NEGLIGIBLE_TAIL, tails, scale)) {
            throw new ArithmeticException(String.format(
                    Locale.ROOT,
                    "the activation grows too fast for this variance: the outermost panels near %s standard deviations hold %s of %s",
                    RANGE,
                    Arrays.toString(tails),
                    Arrays.toString(scale)));
        }
    }

    private static double[] magnitudes(List<Panel> panels) {
        double[] magnitudes = new double[panels.get(0).integrals.length];
        panels.forEach(panel -> addMagnitudes(magnitudes, panel.integrals));
        return magnitudes;
    }

    private static double[] difference(Panel whole, Panel left, Panel right) {
        double[] difference = new double[whole.integrals.length];
        for (int k = 0; k < difference.length; k++) {
            difference[k] = whole.integrals[k] - (left.integrals[k] + right.integrals[k]);
        }
        return difference;
    }

    private static boolean isWithin(double tolerance, double[] errors, double[] scale) {
        for (int k = 0; k < errors.length; k++) {
            if (Math.abs(errors[k]) > tolerance * scale[k]) {
                return false;
            }
        }
        return true;
    }

    private static void add(double[] sum, double[] terms) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += terms[k];
        }
    }

    private static void addMagnitudes(double[] sum, double[] terms) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += Math.abs(terms[k]);
        }
    }
}
