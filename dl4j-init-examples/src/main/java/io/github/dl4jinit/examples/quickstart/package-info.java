/** Mains to copy from: one idea each, on data that need no file. */
@NullMarked
package io.github.dl4jinit.examples.quickstart;

import org.jspecify.annotations.NullMarked;
