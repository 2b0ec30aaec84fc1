/** Example mains: one idea each, and the comparison of initializers. */
@NullMarked
package io.github.dl4jinit.examples;

import org.jspecify.annotations.NullMarked;
