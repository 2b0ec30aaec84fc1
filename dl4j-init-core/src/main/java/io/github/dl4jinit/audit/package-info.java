/** TODO. */
@NullMarked
package io.github.dl4jinit.audit;

import org.jspecify.annotations.NullMarked;
