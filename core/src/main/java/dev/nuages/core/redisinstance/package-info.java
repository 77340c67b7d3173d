/** Redis. */
@NullMarked
package dev.nuages.core.redisinstance;

import org.jspecify.annotations.NullMarked;
