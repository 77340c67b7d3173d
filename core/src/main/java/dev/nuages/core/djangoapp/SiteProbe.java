package dev.nuages.core.djangoapp;

/** Asks a site whether it answers, as a visitor would. */
@FunctionalInterface
public interface SiteProbe {

    /**
     * Sends one request, and waits some seconds at most.
     *
     * @param namespace the Service's namespace
     * @param service the Service's name, which listens on port 80
     * @param host the site's own name, which Django checks
     * @param path the health path
     */
    SiteAnswer ask(String namespace, String service, String host, String path);
}
