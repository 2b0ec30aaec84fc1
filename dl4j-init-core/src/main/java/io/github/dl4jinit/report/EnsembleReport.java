package io.github.dl4jinit.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What became of many networks that were initialized alike.
 *
 * @param layers a line for each depth, from 1
 */
public record EnsembleReport(List<Line> layers) {

    /**
     * The networks cut off behind a layer.
     *
     * @param dead those of which some layer so far puts out nothing but zeros
     * @param collapsed those whose output is the same for all points
     * @param spread the largest standard deviation of a unit over the points, the median over the networks
     */
    public record Line(Share dead, Share collapsed, double spread) {}

    /** Makes the list immutable. */
    public EnsembleReport {
        layers = List.copyOf(layers);
    }

    /**
     * The networks of a depth.
     *
     * @param depth 1 .. the depth of the ensemble
     * @return their line
     */
    public Line at(int depth) {
        return layers.get(depth - 1);
    }

    /**
     * Starts a report.
     *
     * @param networks how many there are
     * @return a builder
     */
    public static Builder of(int networks) {
        return new Builder(networks);
    }

    /** Counts layer by layer. */
    public static final class Builder {

        private final int networks;
        private final List<Line> lines = new ArrayList<>();

        private Builder(int networks) {
            this.networks = networks;
        }

        /**
         * Adds the next layer.
         *
         * @param dead whether each network is dead
         * @param spreads the largest standard deviation of a unit, for each network
         * @param limit below this spread a network has collapsed
         */
        public void layer(boolean[] dead, double[] spreads, double limit) {
            int deaths = 0;
            int collapses = 0;
            for (int i = 0; i < networks; i++) {
                deaths += dead[i] ? 1 : 0;
                collapses += spreads[i] < limit ? 1 : 0;
            }
            double[] sorted = spreads.clone();
            Arrays.sort(sorted);
            lines.add(new Line(new Share(deaths, networks), new Share(collapses, networks), sorted[networks / 2]));
        }

        /**
         * Builds the report.
         *
         * @return a line for each layer
         */
        public EnsembleReport build() {
            return new EnsembleReport(lines);
        }
    }
}
