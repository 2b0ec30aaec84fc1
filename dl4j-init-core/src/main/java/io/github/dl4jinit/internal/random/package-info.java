/** The state of ND4J's random generator. */
@NullMarked
package io.github.dl4jinit.internal.random;

import org.jspecify.annotations.NullMarked;
