/** Native memory: what is used again, what is freed at once, what must not be freed too early. */
@NullMarked
package io.github.dl4jinit.internal.memory;

import org.jspecify.annotations.NullMarked;
