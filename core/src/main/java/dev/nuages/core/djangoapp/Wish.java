package dev.nuages.core.djangoapp;

import dev.nuages.api.AppDatabaseSpec;
import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironmentSpec;
import dev.nuages.api.IngressChoice;
import dev.nuages.api.MigrationsSpec;
import dev.nuages.api.WebSpec;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an application should be, with the environment's choices and the defaults filled in.
 *
 * @param image with its tag or digest
 * @param host empty where neither the application nor the environment says one
 */
record Wish(
        DjangoApp app,
        DjangoEnvironmentSpec environment,
        String image,
        String version,
        String settings,
        Optional<String> host,
        WebSpec web) {
    static final String DEFAULT_ENVIRONMENT = "default";

    static Wish of(DjangoApp app, DjangoEnvironmentSpec environment) {
        var spec = app.getSpec();
        return new Wish(
                app,
                environment,
                image(spec.image(), spec.version()),
                spec.version(),
                spec.settings(),
                Optional.ofNullable(spec.host())
                        .or(() -> Optional.ofNullable(environment.domain())
                                .map(domain -> app.getMetadata().getName() + "." + domain)),
                merge(
                        Optional.ofNullable(spec.web()).orElse(WebSpec.EMPTY),
                        Optional.ofNullable(environment.web()).orElse(WebSpec.EMPTY)));
    }

    static String environmentName(DjangoApp app) {
        return Optional.ofNullable(app.getSpec().environment()).orElse(DEFAULT_ENVIRONMENT);
    }

    AppDatabaseSpec database() {
        return Optional.ofNullable(app.getSpec().database()).orElse(AppDatabaseSpec.EMPTY);
    }

    MigrationsSpec migrations() {
        return Optional.ofNullable(app.getSpec().migrations()).orElse(MigrationsSpec.EMPTY);
    }

    IngressChoice ingress() {
        return Optional.ofNullable(environment.ingress()).orElse(IngressChoice.EMPTY);
    }

    DeletionPolicy deletionPolicy() {
        return Optional.ofNullable(app.getSpec().deletionPolicy())
                .or(() -> Optional.ofNullable(environment.deletionPolicy()))
                .orElse(DeletionPolicy.Retain);
    }

    /** Where the site answers; empty without a host. */
    Optional<String> url() {
        var scheme = Optional.ofNullable(ingress().scheme()).orElse(IngressChoice.Scheme.http);
        var port = Optional.ofNullable(ingress().port()).map(p -> ":" + p).orElse("");
        return host.map(name -> scheme + "://" + name + port);
    }

    private static String image(String image, String version) {
        var lastPart = image.substring(image.lastIndexOf('/') + 1);
        return lastPart.contains(":") || lastPart.contains("@") ? image : image + ":" + version;
    }

    private static WebSpec merge(WebSpec own, WebSpec defaults) {
        // How many pods is one choice, made in either of two ways.
        var scaled = own.replicas() != null || own.autoscale() != null ? own : defaults;
        return new WebSpec(
                scaled.replicas(),
                scaled.autoscale(),
                either(own, defaults, WebSpec::workers),
                either(own, defaults, WebSpec::threads),
                either(own, defaults, WebSpec::timeoutSeconds),
                either(own, defaults, WebSpec::gracefulTimeoutSeconds),
                either(own, defaults, WebSpec::wsgi),
                either(own, defaults, WebSpec::healthPath),
                either(own, defaults, WebSpec::resources));
    }

    private static <T> @Nullable T either(WebSpec own, WebSpec defaults, Function<WebSpec, @Nullable T> field) {
        var value = field.apply(own);
        return value != null ? value : field.apply(defaults);
    }
}
