/** Doing: the loop that observes, plans and applies. */
@NullMarked
package dev.nuages.operator;

import org.jspecify.annotations.NullMarked;
