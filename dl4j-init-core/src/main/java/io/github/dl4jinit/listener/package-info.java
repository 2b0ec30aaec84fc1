/** TODO. */
@NullMarked
package io.github.dl4jinit.listener;

import org.jspecify.annotations.NullMarked;
