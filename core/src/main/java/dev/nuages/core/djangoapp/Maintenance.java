package dev.nuages.core.djangoapp;

import dev.nuages.core.Containers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.ArrayList;
import java.util.List;

/** A page that says that the site is being worked on, with status 503, in place of the whole site. */
final class Maintenance {
    static final String COMPONENT = "maintenance";

    private Maintenance() {}

    static List<HasMetadata> objects(Running running) {
        var caddy = new Caddy(running, COMPONENT, Caddy.config("""
                header Retry-After 120
                header Cache-Control no-store
                header Content-Type "text/html; charset=utf-8"
                respond <<PAGE
                    <!doctype html>
                    <html lang="en">
                    <meta charset="utf-8">
                    <meta name="viewport" content="width=device-width">
                    <title>Back soon</title>
                    <style>
                    body { font: 1.1rem/1.6 system-ui, sans-serif; color: #223; background: #f4f6fa;
                           display: grid; place-content: center; min-height: 100vh; margin: 0; text-align: center }
                    </style>
                    <h1>Back soon</h1>
                    <p>This site is being worked on, and will be back in a few minutes.</p>
                    </html>
                    PAGE 503
                """));
        var pod = running.django()
                .settled(new PodSpecBuilder(), COMPONENT)
                .withServiceAccountName(running.names().app())
                .withContainers(caddy.container(Containers.requests("20m", "32Mi"), List.of()))
                .withVolumes(caddy.volumes())
                .build();
        var objects = new ArrayList<HasMetadata>();
        objects.add(caddy.configMap());
        objects.add(running.service(COMPONENT));
        objects.add(running.deployment(
                COMPONENT,
                running.replicas(1, false),
                running.template(COMPONENT, pod, running.graceSeconds(Caddy.DOWNLOAD_SECONDS), caddy.configHash())));
        return objects;
    }
}
