/** Copies of networks, and one walk through their steps. */
@NullMarked
package io.github.dl4jinit.internal.structure;

import org.jspecify.annotations.NullMarked;
