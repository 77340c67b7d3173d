/** A real Kubernetes on this machine. */
@NullMarked
package dev.nuages.local;

import org.jspecify.annotations.NullMarked;
