package dev.nuages.core.djangoapp;

import dev.nuages.api.GatewayChoice;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatchBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRuleBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way from outside to the processes, through a Gateway of the Gateway API: one HTTPRoute, and further ones for hosts
 * that it has no room for.
 */
final class GatewayRoute {
    private static final int PORT = 80;

    /** As many as an HTTPRoute may have of hostnames. */
    private static final int HOSTS = 16;

    /** As many as a rule may have of matches by version 1.1 of the Gateway API; 1.5 takes 64. Of rules there may be 16. */
    private static final int MATCHES = 8;

    /** Conditions of a route, by which a Gateway says whether it leads where it should. */
    private static final Set<String> REFUSING = Set.of("Accepted", "ResolvedRefs");

    private GatewayRoute() {}

    /**
     * The routes, that of the first host first. A host stays in the route that it is in, so that it is never in none while
     * one is written after the other.
     */
    static List<HasMetadata> of(
            Wish wish, GatewayChoice gateway, List<String> hosts, List<Route.Path> paths, List<HasMetadata> seen) {
        var rules = rules(wish.names(), paths);
        return shared(wish, hosts, seen).entrySet().stream()
                .<HasMetadata>map(route -> route(wish, gateway, route.getKey(), route.getValue(), rules))
                .toList();
    }

    private static HTTPRoute route(
            Wish wish, GatewayChoice gateway, String name, List<String> hosts, List<HTTPRouteRule> rules) {
        var metadata = Ownership.owned(wish.app(), name, DjangoPod.selector(wish.names(), Web.COMPONENT));
        metadata.setAnnotations(wish.routeAnnotations());
        return new HTTPRouteBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .addNewParentRef()
                .withName(gateway.name())
                .withNamespace(gateway.namespace())
                .withSectionName(gateway.sectionName())
                .endParentRef()
                .withHostnames(hosts)
                .withRules(rules)
                .endSpec()
                .build();
    }

    /**
     * What the Gateway says against a route of ours, as that is now; empty also where it has not said anything of it yet.
     *
     * @param wanted all that an application is made into
     */
    static Optional<String> refusal(List<HasMetadata> wanted, DjangoAppObserved seen) {
        return wanted.stream()
                .filter(HTTPRoute.class::isInstance)
                .flatMap(route -> seen.object(ObjectRef.of(route)).stream())
                .flatMap(found -> found instanceof HTTPRoute route ? refusals(route) : Stream.of())
                .findFirst();
    }

    private static Stream<String> refusals(HTTPRoute route) {
        return Stream.ofNullable(route.getStatus())
                .flatMap(status -> status.getParents().stream())
                .filter(parent -> route.getSpec().getParentRefs().stream()
                        .anyMatch(ref -> isSame(ref, parent.getParentRef(), route)))
                .flatMap(parent -> parent.getConditions().stream()
                        .filter(condition -> REFUSING.contains(condition.getType())
                                && condition.getStatus().equals("False")
                                && isOf(route, condition.getObservedGeneration()))
                        .map(condition -> "Gateway/" + parent.getParentRef().getName() + " says of "
                                + ObjectRef.of(route) + ": " + condition.getMessage() + " (" + condition.getType()
                                + " is False, " + condition.getReason() + ")"));
    }

    private static boolean isSame(ParentReference asked, ParentReference told, HTTPRoute route) {
        return asked.getName().equals(told.getName())
                && namespace(asked, route).equals(namespace(told, route))
                && Objects.equals(asked.getSectionName(), told.getSectionName());
    }

    private static String namespace(ParentReference ref, HTTPRoute route) {
        return Objects.requireNonNullElse(
                ref.getNamespace(), route.getMetadata().getNamespace());
    }

    /** What was said of the route before its last change may be true no more. */
    private static boolean isOf(HTTPRoute route, @Nullable Long generation) {
        return generation == null || generation.equals(route.getMetadata().getGeneration());
    }

    /** By the name of the route, which hosts it has. */
    private static Map<String, List<String>> shared(Wish wish, List<String> hosts, List<HasMetadata> seen) {
        var homes = new TreeMap<String, String>();
        seen.stream()
                .filter(object -> Ownership.ours(object, wish.app()))
                .flatMap(object -> object instanceof HTTPRoute route ? Stream.of(route) : Stream.of())
                .forEach(route -> route.getSpec().getHostnames().stream()
                        .filter(hosts::contains)
                        .forEach(host ->
                                homes.putIfAbsent(host, route.getMetadata().getName())));
        for (var host : hosts) {
            if (!homes.containsKey(host)) {
                homes.put(host, withRoom(wish.names(), homes));
            }
        }
        var shared = new LinkedHashMap<String, List<String>>();
        hosts.forEach(host -> shared.computeIfAbsent(Objects.requireNonNull(homes.get(host)), name -> new ArrayList<>())
                .add(host));
        return shared;
    }

    private static String withRoom(AppNames names, Map<String, String> homes) {
        return Stream.iterate(1, number -> number + 1)
                .map(names::route)
                .filter(name -> Collections.frequency(homes.values(), name) < HOSTS)
                .findFirst()
                .orElseThrow();
    }

    /** Which prefix wins is a matter of its length, not of which rule it is in. */
    private static List<HTTPRouteRule> rules(AppNames names, List<Route.Path> paths) {
        var components = new LinkedHashMap<String, List<HTTPRouteMatch>>();
        paths.forEach(path -> components
                .computeIfAbsent(path.component(), component -> new ArrayList<>())
                .add(match(path.prefix())));
        var rules = new ArrayList<HTTPRouteRule>();
        components.forEach((component, matches) -> {
            for (int from = 0; from < matches.size(); from += MATCHES) {
                rules.add(rule(
                        names.component(component), matches.subList(from, Math.min(from + MATCHES, matches.size()))));
            }
        });
        return rules;
    }

    private static HTTPRouteMatch match(String prefix) {
        return new HTTPRouteMatchBuilder()
                .withNewPath()
                .withType("PathPrefix")
                .withValue(prefix)
                .endPath()
                .build();
    }

    private static HTTPRouteRule rule(String service, List<HTTPRouteMatch> matches) {
        return new HTTPRouteRuleBuilder()
                .withMatches(matches)
                .addNewBackendRef()
                .withName(service)
                .withPort(PORT)
                .endBackendRef()
                .build();
    }
}
