package dev.nuages.operator;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.djangoapp.AppRelations;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which objects a change matters to, beside the object that changed. */
final class Relations {
    private final Caches caches;
    private final List<? extends Kind<?, ?, ?>> kinds;

    Relations(Caches caches, List<? extends Kind<?, ?, ?>> kinds) {
        this.caches = caches;
        this.kinds = kinds;
    }

    List<ObjectRef> concernedBy(HasMetadata changed) {
        var name = changed.getMetadata().getName();
        var namespace = Objects.requireNonNullElse(changed.getMetadata().getNamespace(), "");
        var others = switch (changed) {
            case PostgresServer server ->
                Stream.concat(databasesOn(namespace, name), appsWanting(ObjectRef.of(server)));
            case PostgresDatabase database -> appsWanting(ObjectRef.of(database));
            case RedisInstance redis -> appsWanting(ObjectRef.of(redis));
            case RabbitmqVhost vhost -> appsWanting(ObjectRef.of(vhost));
            case DjangoEnvironment environment -> appsOf(name);
            case Secret secret -> appsReading(ObjectRef.of(secret));
            case ConfigMap map -> appsReading(ObjectRef.of(map));
            case DjangoApp app -> appsCompetingWith(app);
            case Ingress route -> appsCompetingFor(route);
            case HTTPRoute route -> appsCompetingFor(route);
            default -> Stream.<ObjectRef>empty();
        };
        return Stream.concat(owner(changed, namespace).stream(), others)
                .distinct()
                .toList();
    }

    private Optional<ObjectRef> owner(HasMetadata changed, String namespace) {
        var labels = Objects.requireNonNullElse(changed.getMetadata().getLabels(), Map.<String, String>of());
        var name = labels.get(Ownership.OWNER_NAME_LABEL);
        if (name == null) {
            return Optional.empty();
        }
        return kinds.stream()
                .filter(kind -> HasMetadata.getKind(kind.type()).equals(labels.get(Ownership.OWNER_KIND_LABEL)))
                .findFirst()
                .map(kind -> new ObjectRef(kind.type(), namespace, name));
    }

    private Stream<ObjectRef> databasesOn(String namespace, String server) {
        return caches.list(PostgresDatabase.class, namespace, Map.of()).stream()
                .filter(database -> server.equals(database.getSpec().server()))
                .map(ObjectRef::of);
    }

    /** One that somebody else made, and that is in an application's way, has no label that leads there. */
    private Stream<ObjectRef> appsWanting(ObjectRef object) {
        return caches.list(DjangoApp.class, object.namespace(), Map.of()).stream()
                .filter(app -> AppRelations.wants(app, object))
                .map(ObjectRef::of);
    }

    private Stream<ObjectRef> appsReading(ObjectRef object) {
        return caches.list(DjangoApp.class, object.namespace(), Map.of()).stream()
                .filter(app -> AppRelations.reads(app, object, caches))
                .map(ObjectRef::of);
    }

    private Stream<ObjectRef> appsCompetingWith(DjangoApp app) {
        return AppRelations.competitors(app, caches).map(ObjectRef::of);
    }

    /** Where a route leads decides who has its hosts. */
    private Stream<ObjectRef> appsCompetingFor(HasMetadata route) {
        return owner(route, Objects.requireNonNullElse(route.getMetadata().getNamespace(), ""))
                .filter(owner -> owner.type() == DjangoApp.class)
                .stream()
                .flatMap(owner -> AppRelations.askingFor(route, owner, caches))
                .map(ObjectRef::of);
    }

    private Stream<ObjectRef> appsOf(String environment) {
        var all = caches.list(DjangoApp.class);
        // Also those beside them, whose databases may be on the same server.
        var namespaces = all.stream()
                .filter(app -> environment.equals(AppRelations.environmentName(app)))
                .map(app -> app.getMetadata().getNamespace())
                .collect(Collectors.toSet());
        return all.stream()
                .filter(app -> namespaces.contains(app.getMetadata().getNamespace()))
                .map(ObjectRef::of);
    }
}
