package dev.nuages.core.redisinstance;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * All that matters to a RedisInstance.
 *
 * @param refused why its StatefulSet gets no pod, where it lacks it
 */
public record RedisInstanceObserved(
        Optional<Secret> password,
        Optional<Secret> config,
        Optional<Secret> connection,
        Optional<Service> service,
        Optional<StatefulSet> statefulSet,
        Optional<Pod> pod,
        Optional<String> refused) {}
