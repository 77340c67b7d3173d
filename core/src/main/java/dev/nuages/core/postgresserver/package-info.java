/** PostgreSQL servers. */
@NullMarked
package dev.nuages.core.postgresserver;

import org.jspecify.annotations.NullMarked;
