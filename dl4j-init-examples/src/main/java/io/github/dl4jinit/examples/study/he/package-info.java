/** He\x27s initialization at depth. */
@NullMarked
package io.github.dl4jinit.examples.study.he;

import org.jspecify.annotations.NullMarked;
