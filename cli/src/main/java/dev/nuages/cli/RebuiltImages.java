package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.MigrationStatus;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is to be done for sites whose image is another one now, under the same name: nothing in the cluster would notice.
 * A person who works on a site builds it that way, again and again.
 *
 * @param client the cluster
 * @param ids the id of each image that was built here, by its name
 * @param patience for one migration
 * @param say hears what is being done
 */
record RebuiltImages(
        KubernetesClient client, Function<String, Optional<String>> ids, Duration patience, Consumer<String> say) {

    /** Migrates and restarts what was not migrated with, or does not run, today's image; answers the names of the sites. */
    List<String> renew() {
        List<String> renewed = new ArrayList<>();
        for (DjangoApp app :
                client.resources(DjangoApp.class).inAnyNamespace().list().getItems()) {
            String image = app.getSpec().taggedImage();
            Optional<String> id = ids.apply(image);
            if (id.isPresent() && !isLeftAlone(app) && app.getStatus() != null && renew(app, image, id.get())) {
                renewed.add(app.getMetadata().getNamespace() + "/"
                        + app.getMetadata().getName());
            }
        }
        return renewed;
    }

    /** Paused, it would not be migrated until that is taken away; stopped, it starts with today's image by itself. */
    private static boolean isLeftAlone(DjangoApp app) {
        return Boolean.TRUE.equals(app.getSpec().paused())
                || Boolean.TRUE.equals(app.getSpec().stopped());
    }

    private boolean renew(DjangoApp app, String image, String id) {
        MigrationStatus migration = app.getStatus().migration();
        List<Pod> pods = client.pods()
                .inNamespace(app.getMetadata().getNamespace())
                .withLabel("app.kubernetes.io/name", app.getMetadata().getName())
                .list()
                .getItems();
        Predicate<Pod> ofMigration = pod -> migration != null
                && migration.job().equals(pod.getMetadata().getLabels().get("job-name"));
        boolean migrate = pods.stream().filter(ofMigration).anyMatch(pod -> isOld(pod, image, id));
        boolean restart = pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !pod.getMetadata().getLabels().containsKey("job-name"))
                .anyMatch(pod -> isOld(pod, image, id));
        if (migrate) {
            migrate(app);
        }
        if (migrate || restart) {
            restart(app, image);
        }
        return migrate || restart;
    }

    private static boolean isOld(Pod pod, String image, String id) {
        List<String> containers = pod.getSpec().getContainers().stream()
                .filter(container -> container.getImage().equals(image))
                .map(container -> container.getName())
                .toList();
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> containers.contains(status.getName()))
                .map(ContainerStatus::getImageID)
                .anyMatch(runs -> runs != null && !runs.isEmpty() && !runs.equals(id));
    }

    private void migrate(DjangoApp app) {
        String name = app.getMetadata().getName();
        say.accept("migrating " + name);
        String request = RetryCommand.ask(client.resource(app));
        try {
            DjangoApp done = client.resource(app)
                    .waitUntilCondition(
                            seen -> seen != null
                                    && seen.getStatus().migration() != null
                                    && request.equals(
                                            seen.getStatus().migration().retry())
                                    && seen.getStatus().migration().state() != MigrationStatus.State.Running,
                            patience.toMillis(),
                            TimeUnit.MILLISECONDS);
            if (Objects.requireNonNull(done.getStatus().migration()).state() == MigrationStatus.State.Failed) {
                throw new Refusal("the migration of " + name + " with its rebuilt image failed: "
                        + AppsCommand.message(done.getStatus()));
            }
        } catch (KubernetesClientTimeoutException e) {
            throw new Refusal(
                    name + " is not migrated after " + patience.toSeconds() + " s; it says: "
                            + AppsCommand.message(client.resource(app).get().getStatus()),
                    e);
        }
    }

    private void restart(DjangoApp app, String image) {
        say.accept("restarting " + app.getMetadata().getName());
        String namespace = app.getMetadata().getNamespace();
        Predicate<HasMetadata> owned = object -> object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(app.getMetadata().getUid()));
        client.apps().deployments().inNamespace(namespace).list().getItems().stream()
                .filter(owned)
                .filter(deployment -> runs(deployment.getSpec().getTemplate(), image))
                .forEach(deployment -> client.apps()
                        .deployments()
                        .resource(deployment)
                        .rolling()
                        .restart());
        client.apps().statefulSets().inNamespace(namespace).list().getItems().stream()
                .filter(owned)
                .filter(set -> runs(set.getSpec().getTemplate(), image))
                .forEach(set ->
                        client.apps().statefulSets().resource(set).rolling().restart());
    }

    private static boolean runs(PodTemplateSpec template, String image) {
        return Stream.concat(
                        template.getSpec().getContainers().stream(), template.getSpec().getInitContainers().stream())
                .anyMatch(container -> container.getImage().equals(image));
    }
}
