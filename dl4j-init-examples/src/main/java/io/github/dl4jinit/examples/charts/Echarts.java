package io.github.dl4jinit.examples.charts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The scripts that draw: ECharts out of its WebJar, and our own beside it. */
final class Echarts {

    private static final String POM = "/META-INF/maven/org.webjars/echarts/pom.properties";

    private Echarts() {}

    /** The version of ECharts on the class path. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = open(POM)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    static String library() {
        return text("/META-INF/resources/webjars/echarts/" + version() + "/echarts.min.js");
    }

    /** A text file beside this class. */
    static String own(String name) {
        return text("/io/github/dl4jinit/examples/charts/" + name);
    }

    private static String text(String path) {
        try (InputStream in = open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String path) {
        InputStream in = Echarts.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException(
                    "not on the class path: " + path + " (is org.webjars:echarts a dependency?)");
        }
        return in;
    }
}
