/** Forward mode derivatives with respect to a network's inputs. */
@NullMarked
package io.github.dl4jinit.internal.jet;

import org.jspecify.annotations.NullMarked;
