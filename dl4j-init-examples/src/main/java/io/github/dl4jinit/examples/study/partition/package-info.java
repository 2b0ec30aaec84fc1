/** Partition-of-unity networks, trained by least squares. */
@NullMarked
package io.github.dl4jinit.examples.study.partition;

import org.jspecify.annotations.NullMarked;
