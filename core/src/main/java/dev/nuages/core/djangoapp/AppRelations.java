package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.stream.Stream;

/** What else an application has to do with, by which it is known whom a change of something concerns. */
public final class AppRelations {
    private AppRelations() {}

    /** The name of the environment that an application is in. */
    public static String environmentName(DjangoApp app) {
        return Wish.environmentName(app);
    }

    /** Whether an application's pods read a Secret or ConfigMap that is not ours. */
    public static boolean reads(DjangoApp app, ObjectRef object, Lookup lookup) {
        return Wish.find(app, lookup).stream()
                .flatMap(References::of)
                .anyMatch(use -> use.object().equals(object));
    }

    /** Whether an application wants an object of this kind and name, which another one of that name would keep it from. */
    public static boolean wants(DjangoApp app, ObjectRef object) {
        return Nesting.names(app).contains(object);
    }

    /** The applications that ask for a host of one's at the same ingress controller, or for connections of its server. */
    public static Stream<DjangoApp> competitors(DjangoApp app, Lookup lookup) {
        var meta = app.getMetadata();
        var claims = new HostClaims(app, lookup);
        var neighbours = new Neighbours(app, lookup);
        return lookup.others(DjangoApp.class, meta.getNamespace(), meta.getName()).stream()
                .filter(other -> claims.meet(other) || neighbours.meet(other));
    }

    /** The applications, but for that whose route it is, that ask for a host that an Ingress or an HTTPRoute leads from. */
    public static Stream<DjangoApp> askingFor(HasMetadata route, ObjectRef owner, Lookup lookup) {
        var hosts = Route.hosts(List.of(route));
        return lookup.others(DjangoApp.class, owner.namespace(), owner.name()).stream()
                .filter(other -> HostClaims.asksFor(other, hosts, lookup));
    }
}
