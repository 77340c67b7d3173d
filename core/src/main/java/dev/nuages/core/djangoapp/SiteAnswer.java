package dev.nuages.core.djangoapp;

/**
 * What a site's web Service answered.
 *
 * @param good whether it answered as a site that works does
 * @param words what it answered, the same for the same answer
 */
public record SiteAnswer(boolean good, String words) {}
