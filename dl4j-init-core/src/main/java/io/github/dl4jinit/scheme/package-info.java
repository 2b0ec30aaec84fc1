/** TODO. */
@NullMarked
package io.github.dl4jinit.scheme;

import org.jspecify.annotations.NullMarked;
