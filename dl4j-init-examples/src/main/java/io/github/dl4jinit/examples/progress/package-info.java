/** How far something long has come, shown the same way everywhere: {@link io.github.dl4jinit.examples.progress.ProgressDisplay}. */
@NullMarked
package io.github.dl4jinit.examples.progress;

import org.jspecify.annotations.NullMarked;
