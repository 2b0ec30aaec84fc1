/** A transport equation, solved by the physics-informed trainer. */
@NullMarked
package io.github.dl4jinit.examples.study.transport;

import org.jspecify.annotations.NullMarked;
