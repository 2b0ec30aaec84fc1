/** The shapes of masks. */
@NullMarked
package io.github.dl4jinit.internal.signal;

import org.jspecify.annotations.NullMarked;
