package io.github.dl4jinit.internal.gaussian;

/** The arc-sine kernel. */
record Erf() implements KernelMap {
    @Override
    public double square(double q) {
        return 2 / Math.PI * Math.asin(2 * q / (1 + 2 * q));
    }

    @Override
    public PairMoments moments(double[] rows, double[] columns, double[][] covariances) {
        PairMoments moments = new PairMoments(rows.length, columns.length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                double sizes = (1 + 2 * rows[i]) * (1 + 2 * columns[j]);
                double twice = 2 * covariances[i][j];
                double value = 2 / Math.PI * Math.asin(twice / Math.sqrt(sizes));
                moments.set(i, j, value, 4 / Math.PI / Math.sqrt(sizes - twice * twice));
            }
        }
        return moments;
    }
}
