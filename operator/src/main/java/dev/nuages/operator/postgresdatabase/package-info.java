/** What is asked of and done in PostgreSQL servers, over JDBC. */
@NullMarked
package dev.nuages.operator.postgresdatabase;

import org.jspecify.annotations.NullMarked;
