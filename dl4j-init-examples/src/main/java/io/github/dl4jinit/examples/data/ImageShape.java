package io.github.dl4jinit.examples.data;

/**
 * The layout of a image that is stored as one row of features: channel by channel, row by row.
 *
 * @param channels 1 for grey, 3 for red, green, blue
 * @param height rows of pixels
 * @param width pixels of a row
 */
public record ImageShape(int channels, int height, int width) {
    /** Checks the sizes. */
    public ImageShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least 1 channel, 1 row and 1 column, got " + channels
                    + " x " + height + " x " + width);
        }
    }

    /**
     * The length of the row of features.
     *
     * @return channels * height * width
     */
    public int size() {
        return channels * height * width;
    }
}
