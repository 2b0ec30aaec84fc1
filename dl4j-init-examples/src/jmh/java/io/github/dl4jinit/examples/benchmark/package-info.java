/** JMH benchmarks; the Javadoc of each class is the command that runs it. */
@NullMarked
package io.github.dl4jinit.examples.benchmark;

import org.jspecify.annotations.NullMarked;
