/**
 * A network as authors of initializers see it: its layers and their weights, one sweep that shows each layer's response, and the
 * catalogue of what is known about each class of layers.
 *
 * <p>Entry points: {@link io.github.dl4jinit.network.NetworkView}, {@link io.github.dl4jinit.network.LayerVisitor}, {@link
 * io.github.dl4jinit.network.LayerCatalog}.
 */
@NullMarked
package io.github.dl4jinit.network;

import org.jspecify.annotations.NullMarked;
