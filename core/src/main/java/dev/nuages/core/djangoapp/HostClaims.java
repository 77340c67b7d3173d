package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.DjangoEnvironmentSpec;
import dev.nuages.api.IngressChoice;
import dev.nuages.core.Lookup;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which of several applications has a host that all of them ask for at one door, an ingress class or a Gateway: the one
 * whose route leads there already, so that no newcomer takes a site away; else the oldest. The Gateway API and OpenShift's
 * router have the oldest route win, for the same reason.
 */
final class HostClaims {
    private final Lookup lookup;

    private HostClaims(Lookup lookup) {
        this.lookup = lookup;
    }

    /** The hosts of an application that are another one's, each with whose: {@code namespace/name}. */
    static SortedMap<String, String> lost(DjangoApp app, Lookup lookup) {
        var claims = new HostClaims(lookup);
        var lost = new TreeMap<String, String>();
        var meta = app.getMetadata();
        for (var other : lookup.others(DjangoApp.class, meta.getNamespace(), meta.getName())) {
            var its = other.getMetadata();
            if (its.getDeletionTimestamp() == null) {
                claims.contested(app, other).stream()
                        .filter(host -> claims.precedes(other, app, host))
                        .forEach(host -> lost.putIfAbsent(host, its.getNamespace() + "/" + its.getName()));
            }
        }
        return lost;
    }

    /** Whether two applications ask for the same host at the same door, or one for what the other still has. */
    static boolean meet(DjangoApp one, DjangoApp other, Lookup lookup) {
        var claims = new HostClaims(lookup);
        return !claims.contested(one, other).isEmpty()
                || !claims.contested(other, one).isEmpty();
    }

    /** Whether an application asks for one of these hosts. */
    static boolean asksFor(DjangoApp app, List<String> hosts, Lookup lookup) {
        return new HostClaims(lookup)
                .environment(app)
                .filter(environment -> Wish.hosts(app, environment).stream().anyMatch(hosts::contains))
                .isPresent();
    }

    /** The hosts that one asks for, and that another asks for too or still has, at one door. */
    private List<String> contested(DjangoApp one, DjangoApp other) {
        var mine = environment(one);
        var theirs = environment(other);
        if (mine.isEmpty() || theirs.isEmpty() || !door(one, mine.get()).equals(door(other, theirs.get()))) {
            return List.of();
        }
        var hosts = new ArrayList<>(Wish.hosts(one, mine.get()));
        // What it asks for no more may still lead to it, until its next version has taken over.
        var its = new TreeSet<>(routed(other));
        its.addAll(Wish.hosts(other, theirs.get()));
        hosts.retainAll(its);
        return hosts;
    }

    /** Whether one has a host before another. */
    private boolean precedes(DjangoApp one, DjangoApp other, String host) {
        return Comparator.comparing((DjangoApp app) -> !routed(app).contains(host))
                        .thenComparing(app ->
                                Objects.requireNonNullElse(app.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(app -> app.getMetadata().getNamespace())
                        .thenComparing(app -> app.getMetadata().getName())
                        .compare(one, other)
                < 0;
    }

    /** The hosts that lead to an application now. */
    private Set<String> routed(DjangoApp app) {
        var routes = new ArrayList<HasMetadata>();
        route(Ingress.class, app).ifPresent(routes::add);
        if (lookup.serves(HTTPRoute.class)) {
            route(HTTPRoute.class, app).ifPresent(routes::add);
        }
        return Set.copyOf(Route.hosts(routes));
    }

    private <T extends HasMetadata> Optional<T> route(Class<T> type, DjangoApp app) {
        return lookup.find(
                        type, app.getMetadata().getNamespace(), AppNames.of(app).app())
                .filter(found -> Ownership.ours(found, app));
    }

    private Optional<DjangoEnvironmentSpec> environment(DjangoApp app) {
        return lookup.find(DjangoEnvironment.class, "", Wish.environmentName(app))
                .map(DjangoEnvironment::getSpec);
    }

    private static List<Object> door(DjangoApp app, DjangoEnvironmentSpec environment) {
        var ingress = Optional.ofNullable(environment.ingress()).orElse(IngressChoice.EMPTY);
        var gateway = ingress.gateway();
        return gateway == null
                ? List.of(Objects.requireNonNullElse(ingress.className(), ""))
                : List.of(
                        gateway,
                        Objects.requireNonNullElse(
                                gateway.namespace(), app.getMetadata().getNamespace()));
    }
}
