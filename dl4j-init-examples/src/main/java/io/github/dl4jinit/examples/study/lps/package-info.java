/** The LPS-reconstruction against other starts. */
@NullMarked
package io.github.dl4jinit.examples.study.lps;

import org.jspecify.annotations.NullMarked;
