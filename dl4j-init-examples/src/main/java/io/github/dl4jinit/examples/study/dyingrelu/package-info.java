/** How many ReLU networks are born dead. */
@NullMarked
package io.github.dl4jinit.examples.study.dyingrelu;

import org.jspecify.annotations.NullMarked;
