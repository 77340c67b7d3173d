/** All that touches the Java Operator SDK, so that another version of it is a change of this package. */
@NullMarked
package dev.nuages.operator.sdk;

import org.jspecify.annotations.NullMarked;
