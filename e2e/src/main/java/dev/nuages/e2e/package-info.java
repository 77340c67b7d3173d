/** The system as a user meets it. */
@NullMarked
package dev.nuages.e2e;

import org.jspecify.annotations.NullMarked;
