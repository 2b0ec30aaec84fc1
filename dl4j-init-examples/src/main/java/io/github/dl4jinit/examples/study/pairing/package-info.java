/** Which initialization goes with which activation. */
@NullMarked
package io.github.dl4jinit.examples.study.pairing;

import org.jspecify.annotations.NullMarked;
