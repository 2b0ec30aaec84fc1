/** Box initialization against He\x27s. */
@NullMarked
package io.github.dl4jinit.examples.study.box;

import org.jspecify.annotations.NullMarked;
