package dev.nuages.core.djangoapp;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** A trap of running Django: by what it is kept out of, and where that shows. A row of a table of tests. */
record Trap(String name, Executable check) {
    private static final String ENVIRONMENT = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoEnvironment
            metadata: {name: default}
            spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}}
            """;

    static final String APP = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoApp
            metadata: {name: mysite, namespace: default}
            spec:
              image: mysite
              version: "1.0"
              settings: mysite.settings
              host: mysite.example.org
              redis: {}
              web: {autoscale: {maxReplicas: 3}}
              websockets: {}
              channelWorkers: {thumbnails: {channels: [thumbnail]}}
              celery:
                broker: RabbitMQ
                pools: {default: {autoscale: {maxReplicas: 3}}, slow: {drainSeconds: 900, autoscale: {maxReplicas: 2}}}
                beat: {scheduler: Persistent}
              staticFiles: {}
              media: {volume: {size: 1Gi}}
              tasks: {cleanup: {schedule: "@daily", command: [clearsessions]}}
            """;

    static final RenderedSite site = site(APP);
    static final RenderedSite onRedis = site(
            APP.replace("broker: RabbitMQ", "broker: Redis").replace("scheduler: Persistent", "scheduler: RedBeat"));

    static RenderedSite site(String app) {
        return RenderedSite.of(ENVIRONMENT, app);
    }

    static Trap row(String name, Executable check) {
        return new Trap(name, check);
    }

    static Stream<DynamicTest> table(Trap... rows) {
        return Arrays.stream(rows).map(row -> dynamicTest(row.name(), row.check()));
    }

    static Container first(PodTemplateSpec template) {
        return template.getSpec().getContainers().getFirst();
    }

    static List<String> command(PodTemplateSpec template) {
        return first(template).getCommand();
    }

    static long grace(PodTemplateSpec template) {
        return template.getSpec().getTerminationGracePeriodSeconds();
    }

    static List<String> mounts(PodTemplateSpec template) {
        return first(template).getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();
    }

    static Map<String, String> variables(PodTemplateSpec template) {
        var variables = new TreeMap<String, String>();
        first(template).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> variables.put(variable.getName(), variable.getValue()));
        return variables;
    }
}
