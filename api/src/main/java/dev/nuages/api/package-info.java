/**
 * The custom resources of group {@code nuages.dev}, as records. Their Javadoc is the user's reference: it becomes the
 * descriptions of the CRDs under {@code charts/nuages/crds}, which the tests of this module write and hold current.
 *
 * <p>A component that is null was not given. No default is written into an object by the API server, so that a later
 * version of Nuages, or another environment, may choose a better one; the default is what the Javadoc says.
 */
@NullMarked
package dev.nuages.api;

import org.jspecify.annotations.NullMarked;
