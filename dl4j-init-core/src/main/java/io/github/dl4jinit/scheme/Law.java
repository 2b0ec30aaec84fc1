package io.github.dl4jinit.scheme;

import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.factory.Nd4j;

/** A symmetric distribution of mean 0 from which weights are drawn. Each has exactly the variance that it is asked for. */
@API(status = API.Status.STABLE, since = "0.1")
public enum Law {
    /** Normal. */
    NORMAL {
        @Override
        void draw(INDArray weights, double standardDeviation) {
            Nd4j.exec(new GaussianDistribution(weights, 0, standardDeviation));
        }
    },
    /**
     * Normal, cut at two of its own standard deviations. The normal that is cut is wider than asked for, by
     * {@code 1 / 0.8796}, so that what is left has the variance asked for.
     */
    TRUNCATED_NORMAL {
        @Override
        void draw(INDArray weights, double standardDeviation) {
            boolean inPlace = weights.elementWiseStride() == 1
                    && (weights.dataType() == DataType.FLOAT || weights.dataType() == DataType.DOUBLE);
            if (!inPlace) {
                try (INDArray scratch = Nd4j.createUninitialized(DataType.FLOAT, weights.shape(), weights.ordering())) {
                    draw(scratch, standardDeviation);
                    weights.assign(scratch);
                }
                return;
            }
            Nd4j.exec(new UniformDistribution(weights, -1, 1));
            TruncatedNormal.transform(weights, standardDeviation / Math.sqrt(TruncatedNormal.VARIANCE));
        }
    },
    /** Uniform between plus and minus {@code sqrt(3)} standard deviations. */
    UNIFORM {
        @Override
        void draw(INDArray weights, double standardDeviation) {
            double bound = standardDeviation * Math.sqrt(3);
            Nd4j.exec(new UniformDistribution(weights, -bound, bound));
        }
    };

    /** Overwrites an array with independent draws of mean 0 and the given standard deviation, in place. */
    abstract void draw(INDArray weights, double standardDeviation);
}
