/** The command line. */
@NullMarked
package dev.nuages.cli;

import org.jspecify.annotations.NullMarked;
