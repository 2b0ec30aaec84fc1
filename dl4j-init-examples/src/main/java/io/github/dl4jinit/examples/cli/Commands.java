package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.examples.compare.Facts;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;

/** What all commands here have in common. */
public final class Commands {

    private static final int BAD_INPUT = 2;

    private Commands() {}

    /**
     * A command line that answers bad input with one line and a remedy instead of pages of usage.
     *
     * @param command an object with picocli's annotations
     * @return its command line
     */
    public static CommandLine line(Object command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> {
                    CommandLine line = e.getCommandLine();
                    line.getErr().println(e.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
                    line.getErr().println("Try --help.");
                    return BAD_INPUT;
                });
    }

    /**
     * Runs a command and ends the process.
     *
     * @param command an object with picocli's annotations
     * @param args its arguments
     */
    public static void run(Object command, String... args) {
        System.exit(line(command).execute(args));
    }

    /**
     * What a reader types to run a command again.
     *
     * @param spec the command, as it was called
     * @param main its class as {@code -Dmain=} wants it, or "" for the default one
     * @return a command line of Maven
     */
    public static String toRepeat(CommandSpec spec, String main) {
        String args = String.join(" ", spec.commandLine().getParseResult().originalArgs());
        return "mvn -q compile exec:exec"
                + (main.isEmpty() ? "" : " -Dmain=" + main)
                + (args.isEmpty() ? "" : " -Dargs=\"" + args + "\"");
    }

    /** The version of this build. */
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"dl4j-init " + Facts.version()};
        }
    }
}
