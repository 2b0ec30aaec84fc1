package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.Json;
import org.apiguardian.api.API;

/** An immutable result that can be read by people and by programs. */
@API(status = API.Status.STABLE, since = "0.1")
public interface Report {

    /** {@return the report for terminals and logs: several lines, the last with a line break} */
    String toText();

    /**
     * The report for programs, with the component names of its record; small groups of numbers are written without a level of their own.
     *
     * @return an indented JSON object; what was not measured is null
     */
    default String toJson() {
        return Json.write(this);
    }
}
