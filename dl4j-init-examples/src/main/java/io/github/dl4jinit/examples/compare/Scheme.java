package io.github.dl4jinit.examples.compare;

/**
 * A way to start a network, by name.
 *
 * @param name what the command line, CSV and JSON call it
 * @param title what charts and tables call it
 * @param description one line of help
 * @param start what it does
 */
public record Scheme(String name, String title, String description, InitialState start) {

    @Override
    public String toString() {
        return name;
    }
}
