/** TODO. */
@NullMarked
package io.github.dl4jinit.gain;

import org.jspecify.annotations.NullMarked;
