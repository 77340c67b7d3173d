/** The images of the local cluster: built on this machine, each once, with no registry. */
@NullMarked
package dev.nuages.local.images;

import org.jspecify.annotations.NullMarked;
