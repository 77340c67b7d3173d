/** The objects of KEDA that we make, as far as we make them. */
@NullMarked
package dev.nuages.core.keda;

import org.jspecify.annotations.NullMarked;
