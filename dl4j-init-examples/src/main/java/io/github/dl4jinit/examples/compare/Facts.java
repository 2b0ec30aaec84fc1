package io.github.dl4jinit.examples.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a reader needs to run a comparison again, and to judge how like the machine is.
 *
 * @param command the command line
 * @param settings every setting with the value that was used, defaults included
 * @param machine versions and hardware
 */
public record Facts(String command, Map<String, String> settings, Map<String, String> machine) {

    /** Copies the maps in their order. */
    public Facts {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    }

    /**
     * The facts of this process.
     *
     * @param command the command line that started it
     * @param settings the settings, in the order to show them
     * @return the facts
     */
    public static Facts here(String command, Map<String, String> settings) {
        Properties versions = versions();
        Map<String, String> machine = new LinkedHashMap<>();
        versions.stringPropertyNames().stream().sorted().forEach(name -> machine.put(name, versions.getProperty(name)));
        machine.put("ND4J backend", Nd4j.getBackend().getClass().getSimpleName());
        machine.put("floating point", Nd4j.defaultFloatingPointType().name());
        machine.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put(
                "system",
                String.format(
                        Locale.ROOT,
                        "%s %s, %s, %d processors",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors()));
        return new Facts(command, settings, machine);
    }

    /**
     * The version of this library.
     *
     * @return such as 0.1.0
     */
    public static String version() {
        return versions().getProperty("dl4j-init");
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream in = Facts.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("versions.properties is missing beside " + Facts.class);
            }
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }
}
