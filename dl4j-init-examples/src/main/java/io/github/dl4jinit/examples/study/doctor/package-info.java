/** The bounds of the doctor\x27s rules, and how well they predict a failure to train. */
@NullMarked
package io.github.dl4jinit.examples.study.doctor;

import org.jspecify.annotations.NullMarked;
