/** How results are written: tables for terminals, and JSON. */
@NullMarked
package io.github.dl4jinit.internal.text;

import org.jspecify.annotations.NullMarked;
