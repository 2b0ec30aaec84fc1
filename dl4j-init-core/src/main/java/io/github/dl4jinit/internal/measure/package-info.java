/** What probes and the doctor count in the outputs of a layer. */
@NullMarked
package io.github.dl4jinit.internal.measure;

import org.jspecify.annotations.NullMarked;
