/**
 * What tools promise to networks, checked from outside: for tests, of this library's tools and of anybody's.
 *
 * <p>{@link io.github.dl4jinit.contract.Untouched} holds that nothing of a user's changes; {@link
 * io.github.dl4jinit.contract.InitializerContract} puts an initializer through all of it. Schemes have a contract of their own, {@link
 * io.github.dl4jinit.scheme.InitContract}.
 */
@NullMarked
package io.github.dl4jinit.contract;

import org.jspecify.annotations.NullMarked;
