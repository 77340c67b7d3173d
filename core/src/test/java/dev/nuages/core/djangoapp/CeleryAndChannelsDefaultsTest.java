package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Trap.APP;
import static dev.nuages.core.djangoapp.Trap.command;
import static dev.nuages.core.djangoapp.Trap.first;
import static dev.nuages.core.djangoapp.Trap.grace;
import static dev.nuages.core.djangoapp.Trap.mounts;
import static dev.nuages.core.djangoapp.Trap.onRedis;
import static dev.nuages.core.djangoapp.Trap.row;
import static dev.nuages.core.djangoapp.Trap.site;
import static dev.nuages.core.djangoapp.Trap.table;
import static dev.nuages.core.djangoapp.Trap.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.keda.ScaledObject;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** As {@link DjangoDefaultsTest}, of what runs beside the requests: Celery, its scheduler, and Channels. */
class CeleryAndChannelsDefaultsTest {
    @TestFactory
    Stream<DynamicTest> celery() {
        var pool = site.pods("celery-default");
        var slow = site.pods("celery-slow");
        return table(
                row(
                        "it is process 1, so that TERM reaches it",
                        () -> assertThat(command(pool)).startsWith("celery")),
                row(
                        "processes take tasks, not threads",
                        () -> assertThat(command(pool)).contains("--pool=prefork")),
                row(
                        "a pool has as long to end as it may drain, and a margin",
                        () -> assertThat(grace(pool)).isEqualTo(60 + 5)),
                row("or as long as it asks for", () -> assertThat(grace(slow)).isEqualTo(900 + 5)),
                row(
                        "no soft shutdown outlasts that",
                        () -> assertThat(command(pool)).noneMatch(word -> word.contains("soft_shutdown"))),
                row(
                        "a task on Redis is another worker's after an hour",
                        () -> assertThat(onRedis.variable("CELERY_BROKER_TRANSPORT_OPTIONS"))
                                .isEqualTo("{\"visibility_timeout\":3600}")),
                row(
                        "a task on RabbitMQ may take a day, not half an hour",
                        () -> assertThat(site.text("mysite-rabbitmq-config", "nuages.conf"))
                                .contains("consumer_timeout = 86400000\n")),
                row(
                        "KEDA asks RabbitMQ by HTTP, so that tasks in hand count",
                        () -> assertThat(site.triggers("default"))
                                .allMatch(trigger -> "http".equals(trigger.get("protocol")))),
                row(
                        "passwords need no encoding in an address",
                        () -> assertThat(site.text("mysite-rabbitmq-password", "password"))
                                .matches("[A-Za-z0-9]{20,}")),
                row(
                        "scaling down waits as long as a worker may be busy",
                        () -> assertThat(site.get(ScaledObject.class, "mysite-celery-slow")
                                        .getSpec()
                                        .cooldownPeriod())
                                .isEqualTo(900)),
                row(
                        "of web too",
                        () -> assertThat(site.get(HorizontalPodAutoscaler.class, "mysite-web")
                                        .getSpec()
                                        .getBehavior()
                                        .getScaleDown()
                                        .getStabilizationWindowSeconds())
                                .isGreaterThanOrEqualTo(30)));
    }

    @TestFactory
    Stream<DynamicTest> beat() {
        var persistent = site.get(StatefulSet.class, "mysite-beat");
        var redBeat = onRedis.deployment("beat");
        var database = site(APP.replace("scheduler: Persistent", "scheduler: Database"))
                .get(StatefulSet.class, "mysite-beat");
        return table(
                row(
                        "no worker is a beat too",
                        () -> assertThat(command(site.pods("celery-default"))).doesNotContain("-B", "--beat")),
                row(
                        "there is one, which is gone before the next starts",
                        () -> assertThat(persistent.getSpec().getReplicas()).isEqualTo(1)),
                row(
                        "likewise with its schedule in the database",
                        () -> assertThat(database.getSpec().getReplicas()).isEqualTo(1)),
                row(
                        "which needs no volume",
                        () -> assertThat(mounts(database.getSpec().getTemplate()))
                                .doesNotContain("/var/lib/celery")),
                row(
                        "no pidfile of a pod that was killed holds it up",
                        () -> assertThat(Stream.of(
                                        site.pods("beat"),
                                        redBeat.getSpec().getTemplate(),
                                        database.getSpec().getTemplate()))
                                .allSatisfy(beat -> assertThat(command(beat)).contains("--pidfile="))),
                row("its schedule is on a volume", () -> {
                    assertThat(command(site.pods("beat"))).contains("--schedule=/var/lib/celery/celerybeat-schedule");
                    assertThat(persistent.getSpec().getVolumeClaimTemplates()).hasSize(1);
                }),
                row(
                        "in a file that is whole whenever it is killed",
                        () -> assertThat(command(site.pods("beat"))).startsWith("python", "-c", Scripts.BEAT)),
                row(
                        "and written at once, as in the database",
                        () -> assertThat(Stream.of(
                                        site.pods("beat"), database.getSpec().getTemplate()))
                                .allSatisfy(beat -> assertThat(command(beat)).endsWith("--", "beat_sync_every=1"))),
                row(
                        "RedBeat's names are the application's own, with their colon",
                        () -> assertThat(onRedis.variable("REDBEAT_KEY_PREFIX")).isEqualTo("default:mysite:redbeat:")),
                row(
                        "RedBeat's lock is free within 25 s, five loops, of its holder's death",
                        () -> assertThat(command(redBeat.getSpec().getTemplate()))
                                .contains("--max-interval=5")),
                row(
                        "another pod stands by",
                        () -> assertThat(redBeat.getSpec().getReplicas()).isEqualTo(2)),
                row(
                        "RedBeat has a database of its own",
                        () -> assertThat(onRedis.variable("REDBEAT_REDIS_URL"))
                                .startsWith("redis://")
                                .endsWith("@mysite-durable-redis.default.svc:6379/2")),
                row(
                        "in a Redis that does not evict",
                        () -> assertThat(onRedis.text("mysite-durable-redis-config", "redis.conf"))
                                .contains("maxmemory-policy noeviction\n")));
    }

    @TestFactory
    Stream<DynamicTest> daphne_and_channels() {
        var websockets = site.pods("websockets");
        return table(
                row(
                        "Daphne listens for others than itself",
                        () -> assertThat(command(websockets)).containsSequence("-b", "0.0.0.0")),
                row(
                        "and believes the ingress controller",
                        () -> assertThat(command(websockets)).contains("--proxy-headers")),
                row(
                        "before it ends it answers until proxies know",
                        () -> assertThat(first(websockets)
                                        .getLifecycle()
                                        .getPreStop()
                                        .getSleep()
                                        .getSeconds())
                                .isEqualTo(10)),
                row(
                        "and closes its connections a few at a time",
                        () -> assertThat(variables(websockets)).containsEntry("NUAGES_DRAIN_SECONDS", "30")),
                row(
                        "for which it has the time",
                        () -> assertThat(grace(websockets)).isEqualTo(10 + 30 + 5)),
                row(
                        "Channels 2's application is served",
                        () -> assertThat(command(websockets)).endsWith("mysite.asgi:application")),
                row(
                        "Channels 2's workers are told their channels",
                        () -> assertThat(command(site.pods("channels-thumbnails")))
                                .endsWith(Scripts.RUNWORKER, "thumbnail")),
                row("Channels 1's are told nothing, and its layer is served", () -> {
                    var old = site(APP.replace("websockets: {}", "websockets: {asgi: 'mysite.asgi:channel_layer'}")
                            .replace("channels: [thumbnail]", ""));
                    assertThat(command(old.pods("channels-thumbnails"))).endsWith("-c", Scripts.RUNWORKER);
                    assertThat(command(old.pods("websockets"))).endsWith("mysite.asgi:channel_layer");
                }),
                row(
                        "the channel layer's names are the application's own",
                        () -> assertThat(site.variable("CHANNEL_LAYER_PREFIX")).isEqualTo("default:mysite:channels:")),
                row(
                        "no consumer holds a connection to the database",
                        () -> assertThat(variables(websockets)).containsEntry("CONN_MAX_AGE", "0")),
                row(
                        "nor does any other process under ASGI",
                        () -> assertThat(Stream.of("Uvicorn", "Daphne"))
                                .allSatisfy(server -> assertThat(
                                                variables(site(APP.replace("web: {", "web: {server: " + server + ", "))
                                                        .pods("web")))
                                        .containsEntry("CONN_MAX_AGE", "0"))),
                row("Daphne answers the requests it took for as long as gunicorn would", () -> {
                    var web = site(APP.replace("web: {", "web: {server: Daphne, "))
                            .pods("web");
                    assertThat(command(web)).startsWith("python", "-c", Scripts.DAPHNE);
                    assertThat(variables(web)).containsEntry("NUAGES_DRAIN_SECONDS", "30");
                    assertThat(grace(web)).isEqualTo(10 + 30 + 5);
                }));
    }
}
