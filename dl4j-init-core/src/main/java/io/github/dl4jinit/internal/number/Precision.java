package io.github.dl4jinit.internal.number;

import org.nd4j.linalg.api.buffer.DataType;

/** How precise the numbers of a type are. */
public final class Precision {

    private Precision() {}

    /**
     * Machine epsilon: the spacing of a type's numbers at 1, which bounds the relative error of one rounding.
     *
     * @param type a floating-point type
     * @return 2^-52 for DOUBLE, 2^-23 for FLOAT, 2^-10 for HALF, 2^-7 for BFLOAT16
     * @throws IllegalArgumentException if the type is not a floating-point type
     */
    public static double epsilon(DataType type) {
        return switch (type) {
            case DOUBLE -> 0x1p-52;
            case FLOAT -> 0x1p-23;
            case HALF -> 0x1p-10;
            case BFLOAT16 -> 0x1p-7;
            default -> throw new IllegalArgumentException("a floating-point type is needed, got " + type);
        };
    }
}
