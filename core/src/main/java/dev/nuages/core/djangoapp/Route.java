package dev.nuages.core.djangoapp;

import dev.nuages.api.Processes;
import dev.nuages.api.Release;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The way from outside to the processes: which URL prefix leads to which of them. */
final class Route {
    /** A URL prefix, and the component that answers there. */
    record Path(String prefix, String component) {}

    private Route() {}

    /** The only prefix of a site in maintenance. */
    static List<Path> maintenance() {
        return List.of(new Path("/", Maintenance.COMPONENT));
    }

    /**
     * The prefixes of processes, the longest first.
     *
     * @param statics the releases whose static files are served: pages of the one before may ask for them elsewhere
     */
    static List<Path> paths(Processes processes, List<Release> statics) {
        // Of several that ask for one prefix, which Components tells of, the first has it.
        var paths = new TreeMap<String, Path>();
        claims(processes).forEach(claim -> paths.putIfAbsent(claim.prefix(), claim.path()));
        StaticFiles.prefixes(statics)
                .forEach(prefix -> paths.putIfAbsent(prefix, new Path(prefix, StaticFiles.COMPONENT)));
        return paths.values().stream()
                .sorted(Comparator.comparingInt((Path path) -> -path.prefix().length())
                        .thenComparing(Path::prefix))
                .toList();
    }

    /**
     * Who asks for a path.
     *
     * @param field of the application
     */
    private record Claim(String field, Path path) {
        /** One with a slash at its end is the same prefix. */
        String prefix() {
            return StaticFiles.withoutSlash(path.prefix());
        }
    }

    /** In the order in which they are heard. */
    private static List<Claim> claims(Processes processes) {
        var claims = new ArrayList<Claim>();
        Optional.ofNullable(processes.websockets())
                .ifPresent(spec -> Websockets.paths(spec)
                        .forEach(
                                prefix -> claims.add(new Claim("websockets", new Path(prefix, Websockets.COMPONENT)))));
        Optional.ofNullable(processes.staticFiles())
                .ifPresent(spec ->
                        claims.add(new Claim("staticFiles", new Path(StaticFiles.path(spec), StaticFiles.COMPONENT))));
        StaticFiles.uploads(processes)
                .ifPresent(prefix -> claims.add(new Claim("media", new Path(prefix, StaticFiles.COMPONENT))));
        claims.add(new Claim("web", new Path("/", Web.COMPONENT)));
        return claims;
    }

    /** Each prefix that is asked for more than once, and by which fields of the application. */
    static SortedMap<String, List<String>> contested(Processes processes) {
        var all = new TreeMap<String, List<String>>();
        claims(processes)
                .forEach(claim -> all.computeIfAbsent(claim.prefix(), prefix -> new ArrayList<>())
                        .add(claim.field()));
        all.values().removeIf(fields -> fields.size() < 2);
        return all;
    }

    static Ingress ingress(Wish wish, List<String> hosts, List<Path> paths) {
        var names = wish.names();
        var metadata = Ownership.owned(wish.app(), names.app(), DjangoPod.selector(names, Web.COMPONENT));
        var annotations = new LinkedHashMap<>(wish.routeAnnotations());
        issuer(wish).ifPresent(issuer -> annotations.put(issuer.getKey(), issuer.getValue()));
        metadata.setAnnotations(annotations);
        var ingress = new IngressBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withIngressClassName(wish.ingress().className())
                .endSpec()
                .build();
        var backends = paths.stream().map(path -> backend(names, path)).toList();
        for (var host : hosts) {
            ingress = new IngressBuilder(ingress)
                    .editSpec()
                    .addNewRule()
                    .withHost(host)
                    .withNewHttp()
                    .withPaths(backends)
                    .endHttp()
                    .endRule()
                    .endSpec()
                    .build();
        }
        return wish.tls().isEmpty()
                ? ingress
                : new IngressBuilder(ingress)
                        .editSpec()
                        .addNewTl()
                        .withHosts(hosts)
                        .withSecretName(Optional.ofNullable(wish.tls().get().secretName())
                                .orElse(names.certificate()))
                        .endTl()
                        .endSpec()
                        .build();
    }

    /** The host names that routes lead from. */
    static List<String> hosts(List<HasMetadata> objects) {
        return objects.stream()
                .flatMap(object -> switch (object) {
                    // Somebody may have changed it to one that leads there from everywhere.
                    case Ingress ingress ->
                        ingress.getSpec().getRules().stream().flatMap(rule -> Stream.ofNullable(rule.getHost()));
                    case HTTPRoute route -> route.getSpec().getHostnames().stream();
                    default -> Stream.of();
                })
                .distinct()
                .toList();
    }

    /** Whether an object is a route that leads to a Service. */
    static boolean leadsTo(HasMetadata object, String service) {
        return services(object).anyMatch(service::equals);
    }

    private static Stream<String> services(HasMetadata route) {
        return switch (route) {
            case Ingress ingress ->
                // Somebody may have changed it to one without paths, or with a backend that is no Service.
                ingress.getSpec().getRules().stream()
                        .flatMap(rule -> Stream.ofNullable(rule.getHttp()))
                        .flatMap(http -> http.getPaths().stream())
                        .flatMap(path -> Stream.ofNullable(path.getBackend().getService()))
                        .map(service -> service.getName());
            case HTTPRoute http ->
                http.getSpec().getRules().stream()
                        .flatMap(rule -> rule.getBackendRefs().stream())
                        .map(backend -> backend.getName());
            default -> Stream.of();
        };
    }

    private static Optional<Map.Entry<String, String>> issuer(Wish wish) {
        return wish.tls().flatMap(tls -> {
            if (tls.issuer() != null) {
                return Optional.of(Map.entry("cert-manager.io/issuer", tls.issuer()));
            }
            return Optional.ofNullable(tls.clusterIssuer())
                    .map(name -> Map.entry("cert-manager.io/cluster-issuer", name));
        });
    }

    private static HTTPIngressPath backend(AppNames names, Path path) {
        return new HTTPIngressPathBuilder()
                .withPath(path.prefix())
                .withPathType("Prefix")
                .withNewBackend()
                .withNewService()
                .withName(names.component(path.component()))
                .withNewPort()
                .withName("http")
                .endPort()
                .endService()
                .endBackend()
                .build();
    }
}
