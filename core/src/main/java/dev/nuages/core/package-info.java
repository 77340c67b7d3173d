/** Deciding: pure plans, and the values they are made of. */
@NullMarked
package dev.nuages.core;

import org.jspecify.annotations.NullMarked;
