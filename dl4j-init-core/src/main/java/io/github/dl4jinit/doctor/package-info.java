/**
 * Judges a network before its first update: measures it, names the layers that will not train and why, tries initializers on copies and
 * prescribes the one that leaves the fewest findings.
 *
 * <p>Entry point: {@link io.github.dl4jinit.doctor.InitDoctor}. The network itself is only read.
 */
@NullMarked
package io.github.dl4jinit.doctor;

import org.jspecify.annotations.NullMarked;
