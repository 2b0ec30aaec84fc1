package io.github.dl4jinit.internal.gaussian;

/** The expectations of a {@link KernelMap}, a row for each u and a column for each v. */
public final class PairMoments {
    private final double[][] values;
    private final double[][] slopes;

    PairMoments(int rows, int columns) {
        this.values = new double[rows][columns];
        this.slopes = new double[rows][columns];
    }

    void set(int row, int column, double value, double slope) {
        values[row][column] = value;
        slopes[row][column] = slope;
    }

    /**
     * The moment of the values.
     *
     * @param row which u
     * @param column which v
     * @return E[f(u) f(v)]
     */
    public double value(int row, int column) {
        return values[row][column];
    }

    /**
     * The moment of the slopes.
     *
     * @param row which u
     * @param column which v
     * @return E[f'(u) f'(v)]
     */
    public double slope(int row, int column) {
        return slopes[row][column];
    }
}
