/** TODO. */
@NullMarked
package io.github.dl4jinit.linalg;

import org.jspecify.annotations.NullMarked;
