package io.github.dl4jinit.trainer.pde;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The softmax p of each row z. With the means m of dz and k of the gradient h with respect to dp, both under p:
 *
 * <pre>
 *     dp_i = p_i (dz_i - m)
 *     gradient wrt dz_i:  p_i (h_i - k)
 *     gradient wrt z_i:   p_i (g_i - mean of g) + p_i ((h_i - k) (dz_i - m) - covariance of h and dz)
 * </pre>
 */
record SmoothSoftmax() implements SmoothMap {

    @Override
    public Jet forward(Jet z) {
        INDArray p = probabilities(z);
        INDArray dz = z.derivative();
        return new Jet(p, dz == null ? null : p.mul(centred(p, dz)));
    }

    @Override
    public Jet backward(Jet z, Jet gradient) {
        INDArray p = probabilities(z);
        INDArray byZ = p.mul(centred(p, gradient.value()));
        INDArray dz = z.derivative();
        INDArray h = gradient.derivative();
        if (dz == null || h == null) {
            return new Jet(byZ, null);
        }
        INDArray around = centred(p, h);
        INDArray products = around.mul(centred(p, dz));
        return new Jet(byZ.addi(p.mul(centred(p, products))), p.mul(around));
    }

    private static INDArray probabilities(Jet z) {
        return Nd4j.nn().softmax(z.value(), 1);
    }

    /** What is left of each row when its mean under p is taken out. */
    private static INDArray centred(INDArray p, INDArray rows) {
        return rows.subColumnVector(p.mul(rows).sum(true, 1));
    }
}
