package io.github.dl4jinit.internal.gaussian;

/**
 * The nodes and weights on [-1, 1], both ends among them, that integrate every polynomial of degree 2n - 3 exactly.
 *
 * <p>With N = n - 1 the nodes are the roots of x P_N(x) - P_(N-1)(x), P the Legendre polynomials; that function has the derivative
 * (N + 1) P_N(x), so that Newton's method needs nothing else. The weights are 2 / (n N P_N(x)^2).
 */
final class GaussLobatto {
    private final double[] nodes;
    private final double[] weights;

    private GaussLobatto(double[] nodes, double[] weights) {
        this.nodes = nodes;
        this.weights = weights;
    }

    static GaussLobatto ofOrder(int n) {
        int degree = n - 1;
        double[] nodes = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            double x = -Math.cos(Math.PI * i / degree);
            // The guess is good to a few per cent and every step doubles the digits: eight are more than enough.
            for (int step = 0; step < 8; step++) {
                x -= (x * legendre(degree, x) - legendre(degree - 1, x)) / (n * legendre(degree, x));
            }
            nodes[i] = x;
            weights[i] = 2 / (n * degree * Math.pow(legendre(degree, x), 2));
        }
        return new GaussLobatto(nodes, weights);
    }

    int order() {
        return nodes.length;
    }

    double node(int i) {
        return nodes[i];
    }

    double weight(int i) {
        return weights[i];
    }

    private static double legendre(int n, double x) {
        double previous = 0;
        double current = 1;
        for (int k = 0; k < n; k++) {
            double next = ((2 * k + 1) * x * current - k * previous) / (k + 1);
            previous = current;
            current = next;
        }
        return current;
    }
}
