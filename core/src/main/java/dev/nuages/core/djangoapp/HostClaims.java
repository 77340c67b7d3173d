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
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which of several applications has a host that all of them ask for at one door, an ingress class or a Gateway: the one
 * whose route leads there already, so that no newcomer takes a site away; else the oldest. The Gateway API and OpenShift's
 * router have the oldest route win, for the same reason. One application's claims are made once, for all others that they
 * are compared with.
 */
final class HostClaims {
    private final DjangoApp app;
    private final Lookup lookup;
    private final Optional<Claim> mine;

    HostClaims(DjangoApp app, Lookup lookup) {
        this.app = app;
        this.lookup = lookup;
        this.mine = claim(app);
    }

    /** Where a host leads from. */
    private sealed interface Door {
        /** Whether both may be the same. */
        default boolean meets(Door other) {
            return equals(other)
                    || (this instanceof ClassOfIngress(var one)
                            && other instanceof ClassOfIngress(var two)
                            && (one.isEmpty() || two.isEmpty()));
        }
    }

    /**
     * Those of one ingress class.
     *
     * @param name empty where it is not known: that of the cluster's default, or of any controller that takes such as have none
     */
    private record ClassOfIngress(String name) implements Door {}

    /** All of a Gateway's listeners: which of them has a host is the Gateway's own business, and may change. */
    private record WholeGateway(String namespace, String name) implements Door {}

    /**
     * What one application claims.
     *
     * @param asked the hosts that it asks for
     * @param routed those that lead to it now
     */
    private record Claim(DjangoApp app, Door door, List<String> asked, List<String> routed) {
        /** The hosts that it asks for, and that another asks for too or still has, at one door. */
        List<String> contested(Claim other) {
            if (!door.meets(other.door)) {
                return List.of();
            }
            // What another asks for no more may still lead to it, until its next version has taken over.
            return asked.stream()
                    .filter(host -> other.asked.contains(host) || other.routed.contains(host))
                    .toList();
        }

        /** Whether it has a host before another. */
        boolean precedes(Claim other, String host) {
            return Comparator.comparing((Claim claim) -> !claim.routed.contains(host))
                            .thenComparing(claim -> Objects.requireNonNullElse(
                                    claim.app.getMetadata().getCreationTimestamp(), ""))
                            .thenComparing(claim -> claim.app.getMetadata().getNamespace())
                            .thenComparing(claim -> claim.app.getMetadata().getName())
                            .compare(this, other)
                    < 0;
        }
    }

    /** The hosts of the application that are another one's, each with whose: {@code namespace/name}. */
    SortedMap<String, String> lost() {
        var lost = new TreeMap<String, String>();
        mine.ifPresent(claim -> {
            var meta = app.getMetadata();
            for (var other : lookup.others(DjangoApp.class, meta.getNamespace(), meta.getName())) {
                var its = other.getMetadata();
                if (its.getDeletionTimestamp() == null) {
                    claim(other)
                            .ifPresent(theirs -> claim.contested(theirs).stream()
                                    .filter(host -> theirs.precedes(claim, host))
                                    .forEach(host -> lost.putIfAbsent(host, its.getNamespace() + "/" + its.getName())));
                }
            }
        });
        return lost;
    }

    /** Whether another asks for the same host at the same door, or one of them for what the other still has. */
    boolean meet(DjangoApp other) {
        return mine.isPresent()
                && claim(other)
                        .filter(theirs -> !mine.get().contested(theirs).isEmpty()
                                || !theirs.contested(mine.get()).isEmpty())
                        .isPresent();
    }

    /** Whether an application asks for one of these hosts. */
    static boolean asksFor(DjangoApp app, List<String> hosts, Lookup lookup) {
        return environment(app, lookup)
                .filter(environment -> Wish.hosts(app, Optional.ofNullable(environment.domain())).stream()
                        .anyMatch(hosts::contains))
                .isPresent();
    }

    /**
     * Where there is no environment of the name that an application gives, what leads to it says at which door it is; one
     * to which nothing leads claims nothing.
     */
    private Optional<Claim> claim(DjangoApp of) {
        var routes = routes(of);
        var environment = environment(of, lookup);
        return environment
                .map(found -> door(of, found, routes))
                .or(() -> door(of, routes))
                .map(door -> new Claim(
                        of, door, Wish.hosts(of, environment.map(DjangoEnvironmentSpec::domain)), Route.hosts(routes)));
    }

    /** What leads to an application now. */
    private List<HasMetadata> routes(DjangoApp of) {
        var namespace = of.getMetadata().getNamespace();
        var ingress = lookup.find(Ingress.class, namespace, AppNames.of(of).app());
        var others = lookup.serves(HTTPRoute.class)
                ? lookup.list(HTTPRoute.class, namespace, Ownership.labels(of))
                : List.<HTTPRoute>of();
        return Stream.<HasMetadata>concat(ingress.stream(), others.stream())
                .filter(found -> Ownership.ours(found, of))
                .toList();
    }

    private static Optional<DjangoEnvironmentSpec> environment(DjangoApp of, Lookup lookup) {
        return lookup.find(DjangoEnvironment.class, "", Wish.environmentName(of))
                .map(DjangoEnvironment::getSpec);
    }

    private static Door door(DjangoApp of, DjangoEnvironmentSpec environment, List<HasMetadata> routes) {
        var ingress = Optional.ofNullable(environment.ingress()).orElse(IngressChoice.EMPTY);
        var gateway = ingress.gateway();
        if (gateway != null) {
            var namespace = Objects.requireNonNullElse(
                    gateway.namespace(), of.getMetadata().getNamespace());
            return new WholeGateway(namespace, gateway.name());
        }
        return new ClassOfIngress(Optional.ofNullable(ingress.className())
                .or(() -> givenClass(routes))
                .orElse(""));
    }

    /** The door at which what leads to an application is. */
    private static Optional<Door> door(DjangoApp of, List<HasMetadata> routes) {
        return routes.stream()
                .flatMap(found -> switch (found) {
                    case HTTPRoute route ->
                        DjangoPod.orEmpty(route.getSpec().getParentRefs()).stream()
                                .map(gateway -> (Door) new WholeGateway(
                                        Objects.requireNonNullElse(
                                                gateway.getNamespace(),
                                                of.getMetadata().getNamespace()),
                                        gateway.getName()));
                    case Ingress ingress ->
                        Stream.of((Door)
                                new ClassOfIngress(givenClass(List.of(ingress)).orElse("")));
                    default -> Stream.<Door>of();
                })
                .findFirst();
    }

    /** Which class the API server gave an Ingress that was made without one: that of the cluster's default. */
    private static Optional<String> givenClass(List<HasMetadata> routes) {
        return routes.stream()
                .flatMap(route -> route instanceof Ingress ingress
                        ? Stream.ofNullable(ingress.getSpec().getIngressClassName())
                        : Stream.of())
                .findFirst();
    }
}
