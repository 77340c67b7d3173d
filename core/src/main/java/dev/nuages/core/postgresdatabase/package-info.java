/** Databases on PostgreSQL servers. */
@NullMarked
package dev.nuages.core.postgresdatabase;

import org.jspecify.annotations.NullMarked;
