package dev.nuages.core.sim;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be said of a DjangoApp and its parts by looking at the cluster alone. */
final class AppFacts {
    /** The Secret with the environment of its processes. */
    static final String ENVIRONMENT = "mysite-env";

    /** Its RedisInstance that never evicts. */
    static final String DURABLE_REDIS = "mysite-durable";

    /** Its RabbitmqVhost. */
    static final String VHOST = "mysite";

    private static final String TEMPLATE_IMAGE = "/spec/template/spec/containers/0/image";

    private AppFacts() {}

    static Optional<Stored> app(Cluster cluster) {
        return cluster.ofType(DjangoApp.class).stream().findFirst();
    }

    /** The image that the application is asked to run. */
    static Optional<String> wanted(Cluster cluster) {
        return app(cluster).map(app -> app.text("/spec/image") + ":" + app.text("/spec/version"));
    }

    static String retry(Cluster cluster) {
        return app(cluster)
                .map(app -> app.json()
                        .at("/metadata/annotations")
                        .path(Nuages.RETRY_ANNOTATION)
                        .asText())
                .orElse("");
    }

    /** Whether an object is a Job that migrates, or a pod of one. */
    static boolean migrates(Stored object) {
        return (object.ref().type() == Job.class || Pods.ownerKind(object).equals("Job"))
                && component(object).equals("migration");
    }

    static Stream<Stored> migrationPods(Cluster cluster) {
        return cluster.ofType(Pod.class).stream().filter(AppFacts::migrates);
    }

    /** The pods that are processes of an application, of whatever component. */
    static Stream<Stored> processes(Cluster cluster) {
        return cluster.ofType(Pod.class).stream()
                .filter(pod -> !Pods.ownerKind(pod).equals("Job"));
    }

    /** Those of one component. */
    static Stream<Stored> processes(Cluster cluster, String component) {
        return processes(cluster).filter(pod -> component(pod).equals(component));
    }

    static String component(Stored object) {
        return object.text("/metadata/labels/app.kubernetes.io~1component");
    }

    /** The image of the first container that a workload asks for. */
    static String image(Stored workload) {
        return workload.text(TEMPLATE_IMAGE);
    }

    /** The image that we applied last; empty where we did not. */
    static String appliedImage(Stored workload) {
        return workload.applied().map(json -> json.at(TEMPLATE_IMAGE).asText()).orElse("");
    }
}
