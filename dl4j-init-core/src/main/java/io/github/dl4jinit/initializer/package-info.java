/** TODO. */
@NullMarked
package io.github.dl4jinit.initializer;

import org.jspecify.annotations.NullMarked;
