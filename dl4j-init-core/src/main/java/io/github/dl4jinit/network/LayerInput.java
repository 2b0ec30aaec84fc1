package io.github.dl4jinit.network;

import java.util.Optional;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a layer is about to be computed on. */
@API(status = API.Status.STABLE, since = "0.1")
public interface LayerInput {

    /**
     * What single outputs of the layer are made of: rows of a dense layer's input; of a convolution along two axes, windows of
     * the size of its kernel, dilation included, at random places of random examples, none of them over the edge.
     *
     * @param most how many to take, at least 1; a dense layer has no more than examples (or time steps) that count
     * @return [count, terms] in double precision, a copy, its columns in the order of those of
     *     {@link io.github.dl4jinit.scheme.WeightShape#matrices}; empty for other kinds of layers, and if the image is smaller than the
     *     kernel. Random numbers come from {@code Nd4j.getRandom()}
     */
    Optional<INDArray> patches(int most);
}
