/** A small simulated world for plans to be carried out in: for the model check, and to show what will be. */
@NullMarked
package dev.nuages.core.sim;

import org.jspecify.annotations.NullMarked;
