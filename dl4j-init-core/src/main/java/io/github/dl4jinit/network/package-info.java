/** TODO. */
@NullMarked
package io.github.dl4jinit.network;

import org.jspecify.annotations.NullMarked;
