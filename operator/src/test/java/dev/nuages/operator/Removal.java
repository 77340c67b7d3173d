package dev.nuages.operator;

import java.util.List;
import java.util.Set;

/** What is taken out of the application of {@link EveryComponentTest}, one after the other, and what goes with it. */
record Removal(String change, Set<String> gone) {
    static List<Removal> all() {
        return List.of(
                of("{aliases: null, tls: null, migrations: null, superuser: null}"),
                of("{tasks: null}", "CronJob/mysite-task-tidy"),
                of(
                        "{channelWorkers: null}",
                        "Deployment/mysite-channels-thumbnails",
                        "PodDisruptionBudget/mysite-channels-thumbnails"),
                of(
                        "{websockets: null}",
                        "Deployment/mysite-websockets",
                        "PodDisruptionBudget/mysite-websockets",
                        "Service/mysite-websockets",
                        "RedisInstance/mysite-durable",
                        "Secret/mysite-durable-redis",
                        "Secret/mysite-durable-redis-config",
                        "Service/mysite-durable-redis",
                        "StatefulSet/mysite-durable-redis"),
                of("{web: {autoscale: null, replicas: 2}}", "HorizontalPodAutoscaler/mysite-web"),
                of(
                        "{celery: {pools: {fast: null}}}",
                        "Deployment/mysite-celery-fast",
                        "PodDisruptionBudget/mysite-celery-fast",
                        "ScaledObject/mysite-celery-fast",
                        "TriggerAuthentication/mysite-celery"),
                of("{celery: {beat: null}}", "StatefulSet/mysite-beat"),
                of(
                        "{celery: null}",
                        "Deployment/mysite-celery-slow",
                        "PodDisruptionBudget/mysite-celery-slow",
                        "RabbitmqVhost/mysite",
                        "Secret/mysite-rabbitmq",
                        "Secret/mysite-rabbitmq-config",
                        "Service/mysite-rabbitmq",
                        "StatefulSet/mysite-rabbitmq"),
                of(
                        "{redis: null}",
                        "RedisInstance/mysite",
                        "Secret/mysite-redis",
                        "Secret/mysite-redis-config",
                        "Service/mysite-redis",
                        "StatefulSet/mysite-redis"),
                of("{staticFiles: null}"),
                of(
                        "{media: null}",
                        "ConfigMap/mysite-static",
                        "Deployment/mysite-static",
                        "PodDisruptionBudget/mysite-static",
                        "Service/mysite-static"));
    }

    private static Removal of(String change, String... gone) {
        return new Removal(change, Set.of(gone));
    }
}
