/** Glorot and Bengio\x27s look into networks while they train. */
@NullMarked
package io.github.dl4jinit.examples.study.glorot;

import org.jspecify.annotations.NullMarked;
