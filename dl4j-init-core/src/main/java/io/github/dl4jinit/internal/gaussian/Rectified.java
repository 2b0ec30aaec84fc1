package io.github.dl4jinit.internal.gaussian;

import io.github.dl4jinit.internal.number.Bounds;

/** The arc-cosine kernels of order 1 and 0, for any two slopes. */
record Rectified(double negative, double positive) implements KernelMap {
    Rectified {
        Bounds.finite("slope below zero", negative);
        Bounds.finite("slope above zero", positive);
    }

    @Override
    public double square(double q) {
        return q * (negative * negative + positive * positive) / 2;
    }

    @Override
    public PairMoments moments(double[] rows, double[] columns, double[][] covariances) {
        PairMoments moments = new PairMoments(rows.length, columns.length);
        double bend = (positive - negative) * (positive - negative) / (2 * Math.PI);
        double straight = (negative * negative + positive * positive) / 2;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                double k = covariances[i][j];
                double sine = Math.sqrt(Math.max(0, rows[i] * columns[j] - k * k));
                // The angle between the inputs; a right angle if one is zero, so that its slope is the mean of both.
                double angle = sine == 0 && k == 0 ? Math.PI / 2 : Math.atan2(sine, k);
                double slope = straight - bend * angle;
                moments.set(i, j, bend * sine + slope * k, slope);
            }
        }
        return moments;
    }
}
