/** How a site is asked whether it answers. */
@NullMarked
package dev.nuages.operator.djangoapp;

import org.jspecify.annotations.NullMarked;
