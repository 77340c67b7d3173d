package dev.nuages.cli;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Keeps a hosts file with the cluster's services, for a program outside of it that calls them by name. The addresses
 * themselves are reachable from the machine that the cluster runs on.
 */
final class DevServiceNames implements AutoCloseable {
    private final Path hosts;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<EndpointSlice> endpoints;

    private DevServiceNames(KubernetesClient client, Path hosts) {
        this.hosts = hosts;
        this.services = client.services().inAnyNamespace().runnableInformer(0);
        this.endpoints =
                client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0);
    }

    /** Begins to keep the file, which is complete when this returns. */
    static DevServiceNames follow(KubernetesClient client, Path hosts) throws IOException {
        Files.createDirectories(hosts.getParent());
        DevServiceNames names = new DevServiceNames(client, hosts);
        names.services.addEventHandler(names.whenever());
        names.endpoints.addEventHandler(names.whenever());
        names.services.run();
        names.endpoints.run();
        names.write();
        return names;
    }

    Path hosts() {
        return hosts;
    }

    private <T> ResourceEventHandler<T> whenever() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                write();
            }

            @Override
            public void onUpdate(T before, T after) {
                write();
            }

            @Override
            public void onDelete(T deleted, boolean unknown) {
                write();
            }
        };
    }

    private synchronized void write() {
        TreeSet<String> lines = new TreeSet<>();
        lines.add("127.0.0.1 localhost");
        services.getStore()
                .list()
                .forEach(service -> addresses(service).forEach(address -> lines.add(address + " " + names(service))));
        Path next = hosts.resolveSibling(hosts.getFileName() + ".next");
        try {
            Files.write(next, lines);
            Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> addresses(Service service) {
        String own = service.getSpec().getClusterIP();
        if (own != null && !own.isEmpty() && !own.equals("None")) {
            return Stream.of(own);
        }
        return endpoints.getStore().list().stream()
                .filter(slice -> belongs(slice, service))
                .flatMap(slice -> Objects.requireNonNullElse(
                        slice.getEndpoints(),
                        java.util.List.<io.fabric8.kubernetes.api.model.discovery.v1.Endpoint>of())
                        .stream())
                .flatMap(endpoint -> endpoint.getAddresses().stream());
    }

    private static boolean belongs(EndpointSlice slice, Service service) {
        return Objects.equals(
                        slice.getMetadata().getNamespace(),
                        service.getMetadata().getNamespace())
                && Objects.equals(
                        slice.getMetadata().getLabels().get("kubernetes.io/service-name"),
                        service.getMetadata().getName());
    }

    private static String names(Service service) {
        String name =
                service.getMetadata().getName() + "." + service.getMetadata().getNamespace();
        return name + " " + name + ".svc " + name + ".svc.cluster.local";
    }

    @Override
    public void close() {
        services.close();
        endpoints.close();
    }
}
