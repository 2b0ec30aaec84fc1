/** The command line: the comparison of initializers, the doctor for saved networks, the measurement of Deeplearning4j\x27s initializers. */
@NullMarked
package io.github.dl4jinit.examples.cli;

import org.jspecify.annotations.NullMarked;
