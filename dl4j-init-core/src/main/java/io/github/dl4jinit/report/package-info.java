/** TODO. */
@NullMarked
package io.github.dl4jinit.report;

import org.jspecify.annotations.NullMarked;
