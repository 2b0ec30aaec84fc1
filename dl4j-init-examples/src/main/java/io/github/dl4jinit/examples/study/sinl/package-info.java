/** SINL against its paper\x27s baselines. */
@NullMarked
package io.github.dl4jinit.examples.study.sinl;

import org.jspecify.annotations.NullMarked;
