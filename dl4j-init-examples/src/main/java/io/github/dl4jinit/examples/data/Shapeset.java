package io.github.dl4jinit.examples.data;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Shapeset-3x2: an endless stream of 32x32 images of one or two triangles, parallelograms and ellipses, 9 classes.
 *
 * <p>Formula: a regular n-gon (n = 3, 4, 20) of radius 1/2 with a level side is taken as row vectors P and becomes P
 * R(A) diag(s0, s1) R(C) R(B) + t, with s0 &gt;= s1 uniform in 0.2 to 0.8 of the side, A at most about pi/n, C =
 * -atan(s1/s0 tan A), which makes the side level again, B a full turn, and t uniform where the shape keeps one pixel of
 * margin. Shapes are bright on dark or dark on bright with equal chance. A second shape that would hide more than about
 * half of the first gets a new scale and place, at most 50 times.
 *
 * <p>Shapes and units: features {@code [n, 1024]} in -1 to 1 (grey/127.5 - 1), row by row; labels one-hot {@code [n,
 * 9]}: a single shape has prior 1/6 each, a mixed pair 1/9, an equal pair 1/18. Guessing errs in 5 of 6 cases.
 *
 * <p>When to use it: to compare deep networks on a task that no fixed sample exhausts. When not: it says nothing about
 * photographs.
 *
 * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS
 * 2010; the settings are those of Glorot's own generator, Shapeset-3*2. Where ours differs: the random
 * generator is Java's {@link SplittableRandom}, so the images follow the same law and are not the same images; and
 * the source's fill rule is that of a drawing library, ours is by pixel centres (a pixel is painted if its centre lies
 * inside), which has the polygon's area as its mean and gives the same bits on every machine.
 */
public final class Shapeset implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int INPUTS = SceneGenerator.SIDE * SceneGenerator.SIDE;

    /** Image i is drawn by a generator seeded with base + i. */
    private final long base;

    /**
     * A stream. Equal seeds give equal bits.
     *
     * @param seed any number
     */
    public Shapeset(long seed) {
        this.base = new SplittableRandom(seed).nextLong();
    }

    /**
     * A fixed sample of this stream: training, validation and test images are successive stretches of it.
     *
     * @param train training images
     * @param validation validation images
     * @param test test images
     * @return the sample, standardized with the mean and the deviation of all training pixels
     */
    public LabelledData sample(int train, int validation, int test) {
        return Samples.standardized(
                "shapeset",
                samples(0, train),
                samples(train, validation),
                samples((long) train + validation, test),
                Scene.CLASS_NAMES,
                new ImageShape(1, SceneGenerator.SIDE, SceneGenerator.SIDE));
    }

    /**
     * The stream in minibatches, for {@code fit}. Every epoch goes on where the last one ended, so that no image comes
     * twice.
     *
     * @param batchSize images of a minibatch
     * @param batchesPerEpoch minibatches until {@code hasNext} is false
     * @return the stream from its first image on
     */
    public DataSetIterator iterator(int batchSize, int batchesPerEpoch) {
        return new ShapesetIterator(this, batchSize, batchesPerEpoch);
    }

    /**
     * A stretch of the stream, in -1 to 1.
     *
     * @param first the number of its first image, from 0
     * @param count how many images
     * @return features {@code [count, 1024]} and labels {@code [count, 9]}
     */
    public DataSet images(long first, int count) {
        return samples(first, count).toDataSet(Scene.CLASS_NAMES.size());
    }

    /** Each image has a generator of its own: any stretch can be had without drawing those before it. */
    Scene scene(long number) {
        return SceneGenerator.draw(new SplittableRandom(base + number));
    }

    private Samples samples(long first, int count) {
        if (first < 0 || count < 1) {
            throw new IllegalArgumentException(
                    "a sample of shapeset needs at least 1 image from number 0 on, got " + count + " from " + first);
        }
        float[] features = new float[Math.multiplyExact(count, INPUTS)];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            Scene scene = scene(first + i);
            labels[i] = scene.label();
            int[] pixels = scene.paint(SceneGenerator.SIDE);
            for (int p = 0; p < INPUTS; p++) {
                features[i * INPUTS + p] = pixels[p] / 127.5f - 1;
            }
        }
        return new Samples(features, labels);
    }
}
