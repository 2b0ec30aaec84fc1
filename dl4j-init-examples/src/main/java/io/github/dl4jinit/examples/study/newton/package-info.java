/** Newton\x27s method for the output layer (NGD) against Adam. */
@NullMarked
package io.github.dl4jinit.examples.study.newton;

import org.jspecify.annotations.NullMarked;
