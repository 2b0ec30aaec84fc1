package io.github.dl4jinit.report;

/** A {@link DoctorReport} as one HTML page. */
record DoctorPage(DoctorReport report) {

    String toHtml() {
        return report.toText();
    }
}
