package dev.nuages.core.postgresserver;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * All that matters to a PostgresServer.
 *
 * @param refused why its StatefulSet gets no pod, where it lacks it
 */
public record PostgresServerObserved(
        Optional<Secret> admin,
        Optional<Service> service,
        Optional<StatefulSet> statefulSet,
        Optional<PersistentVolumeClaim> volume,
        Optional<Pod> pod,
        Optional<String> refused) {}
