package io.github.dl4jinit.examples.study;

/** What a person makes of the numbers of {@link SinlStudy}. */
final class SinlReading {

    static final String TEXT = "Not read yet.";

    private SinlReading() {}
}
