package dev.nuages.core.djangoapp;

import dev.nuages.api.BeatSpec;
import dev.nuages.api.BeatSpec.Scheduler;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.DeletionPolicy;
import dev.nuages.core.Containers;
import dev.nuages.core.LocalServer;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler of periodic tasks. That there is one at most is each object's own promise: a StatefulSet starts a pod only
 * when the one before is gone (a Deployment, also one of strategy Recreate, replaces a pod that is deleted while that one
 * still ends), and of RedBeat's two pods a lock lets one work. From one object to another, {@link #waitsFor} and
 * {@link #replaces} hold the second back until the first is gone.
 */
final class Beat {
    static final String COMPONENT = "beat";

    private static final String FOLDER = "/var/lib/celery";
    private static final String VOLUME = "schedule";

    /** Beat ends at once when it is told to; it only writes the schedule's file. */
    private static final long GRACE_SECONDS = 30;

    private Beat() {}

    static Optional<Scheduler> scheduler(CelerySpec celery) {
        return Optional.ofNullable(celery.beat())
                .map(beat -> Optional.ofNullable(beat.scheduler()).orElse(Scheduler.Persistent));
    }

    /** Its object: a StatefulSet or a Deployment; empty without a scheduler. */
    static List<HasMetadata> objects(Running all) {
        var celery = all.processes().celery();
        if (celery == null || celery.beat() == null) {
            return List.of();
        }
        var beat = celery.beat();
        var running = all.of(beat.pods());
        var scheduler = scheduler(celery).orElseThrow();
        var container = container(running, celery, beat, scheduler);
        return switch (scheduler) {
            case Persistent -> List.of(persistent(running, beat, container));
            case RedBeat -> List.of(redBeat(running, container));
            case Database -> List.of(statefulSet(running, template(running, container)));
        };
    }

    /** An object of another kind that must be gone before this one may be made. */
    static Class<? extends HasMetadata> waitsFor(HasMetadata beat) {
        return beat instanceof StatefulSet ? Deployment.class : StatefulSet.class;
    }

    /** Whether an object of the same name must be gone before: a StatefulSet cannot be given a volume, nor lose it. */
    static boolean replaces(HasMetadata beat, HasMetadata there) {
        return beat instanceof StatefulSet wanted
                && there instanceof StatefulSet found
                && wanted.getSpec().getVolumeClaimTemplates().isEmpty()
                        != found.getSpec().getVolumeClaimTemplates().isEmpty();
    }

    private static PodTemplateSpec template(Running running, Container container) {
        return running.template(COMPONENT, running.django().pod(container, COMPONENT), GRACE_SECONDS);
    }

    private static Container container(Running running, CelerySpec celery, BeatSpec beat, Scheduler scheduler) {
        var interval = Optional.ofNullable(beat.maxLoopIntervalSeconds()).orElse(5);
        var command = new ArrayList<>(
                scheduler == Scheduler.Persistent ? List.of("python", "-c", Scripts.BEAT) : List.of("celery"));
        command.addAll(List.of(
                "-A",
                CeleryPools.application(running, celery),
                "beat",
                "--pidfile=",
                "--loglevel=INFO",
                "--max-interval=" + interval));
        command.addAll(
                switch (scheduler) {
                    case Persistent -> List.of("--schedule=" + FOLDER + "/celerybeat-schedule");
                    case RedBeat -> List.of("--scheduler=redbeat.RedBeatScheduler");
                    case Database -> List.of("--scheduler=django_celery_beat.schedulers:DatabaseScheduler");
                });
        command.addAll(DjangoPod.orEmpty(beat.args()));
        if (scheduler != Scheduler.RedBeat) {
            // Else what was sent is written down every three minutes, and a killed beat does again what it did since.
            command.addAll(List.of("--", "beat_sync_every=1"));
        }
        var resources = Optional.ofNullable(beat.resources()).orElse(Containers.requests("50m", "128Mi"));
        var variables = Map.of("CONN_MAX_AGE", "60");
        // RedBeat connects to its Redis when it has read the application, to ask for the lock. The others connect to a
        // broker when they first have something to send.
        var container = scheduler == Scheduler.RedBeat
                ? running.django().worker(COMPONENT, resources, variables)
                : running.django().container(COMPONENT, resources, variables);
        container.withCommand(command);
        if (scheduler == Scheduler.Persistent) {
            container.addToVolumeMounts(new VolumeMount[] {Containers.mount(VOLUME, FOLDER)});
        }
        return container.build();
    }

    private static StatefulSet persistent(Running running, BeatSpec beat, Container container) {
        var template = template(running, container);
        var pod = template.getSpec();
        pod.setSecurityContext(DjangoPod.writesVolume(pod.getSecurityContext()));
        var retained = running.wish().deletionPolicy() == DeletionPolicy.Retain;
        var set = statefulSet(running, template);
        set.getSpec().setVolumeClaimTemplates(List.of(claim(beat, DjangoPod.selector(running.names(), COMPONENT))));
        set.getSpec()
                .setPersistentVolumeClaimRetentionPolicy(
                        new StatefulSetPersistentVolumeClaimRetentionPolicy(retained ? "Retain" : "Delete", "Retain"));
        return set;
    }

    private static StatefulSet statefulSet(Running running, PodTemplateSpec template) {
        var set = new StatefulSetBuilder()
                .withMetadata(Ownership.owned(
                        running.app(),
                        running.names().component(COMPONENT),
                        running.django().labels(COMPONENT)))
                .withNewSpec()
                .withReplicas(running.replicas(1, false))
                .withPodManagementPolicy(LocalServer.REPLACES_PODS_THAT_NEVER_STARTED)
                .withServiceName(running.names().component(COMPONENT))
                .withNewSelector()
                .withMatchLabels(DjangoPod.selector(running.names(), COMPONENT))
                .endSelector()
                .endSpec()
                .build();
        set.getSpec().setTemplate(template);
        return set;
    }

    private static PersistentVolumeClaim claim(BeatSpec beat, Map<String, String> labels) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(VOLUME)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(beat.storageClassName())
                .withNewResources()
                .withRequests(
                        Map.of("storage", Optional.ofNullable(beat.storage()).orElse(new Quantity("100Mi"))))
                .endResources()
                .endSpec()
                .build();
    }

    /** Both new ones start at once, and one of the former ends when one of them asks for the lock. */
    private static Deployment redBeat(Running running, Container container) {
        var deployment = running.deployment(COMPONENT, running.replicas(2, false), template(running, container));
        deployment.getSpec().getStrategy().getRollingUpdate().setMaxSurge(new IntOrString(2));
        return deployment;
    }
}
