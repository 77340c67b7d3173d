/** Django applications: one file a component. */
@NullMarked
package dev.nuages.core.djangoapp;

import org.jspecify.annotations.NullMarked;
