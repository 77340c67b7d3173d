package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.core.Secrets;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What is secret is in Secrets alone: nothing that was generated, nor what an application's own Secret holds, is in a line of
 * the log, an Event, a status, an annotation or the metrics, whatever the run has done until now. Runs last, for there is most
 * to find then.
 */
@Tag("control-plane")
@Order(Integer.MAX_VALUE)
@Isolated("looks at what all others did")
class CanaryTest {
    private static final int SHORTEST = 16;
    private static final String OWN = "sk_live_abracadabra_of_the_applications_own";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void no_secret_is_anywhere_but_in_secrets() throws Exception {
        String metrics;
        try (var client = cluster.operator()) {
            metrics = fail(client);
        }
        var canaries = canaries();
        assertThat(canaries).as("generated values").hasSizeGreaterThanOrEqualTo(4);
        var places = places();
        places.put("the metrics", metrics);
        var found = new TreeSet<String>();
        places.forEach((place, text) -> canaries.forEach((canary, whose) -> {
            if (text.contains(canary)) {
                found.add(whose + " is in " + place);
            }
        }));
        assertThat(found).isEmpty();
    }

    /** A life of failures, each with a traceback that cites all that it knows; answers the metrics at its end. */
    private static String fail(KubernetesClient client) throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, "canary", """
                superuser: {username: admin}
                  secrets: [{name: own, keys: {PAYMENT_KEY: key}}]
                  tasks: {tidy: {schedule: "0 3 * * *", command: [clearsessions]}}""");
        var own = Secrets.of(new ObjectMetaBuilder().withName("own").build(), Map.of("key", OWN));
        cluster.admin().resource(own).inNamespace(app.namespace()).create();
        try (var operator = app.startOperator(client, cast)) {
            cast.startPostgres(app.namespace(), LiveApp.NAME);
            cast.fail(cast.awaitMigration(app.namespace()), everything(app));
            app.await(Phase.Error);
            app.retry();
            cast.complete(cast.awaitMigration(app.namespace()));
            cast.rollOut(app.namespace(), LiveApp.WEB);
            cast.fail(run(app), everything(app));
            cast.fail(superuser(app), everything(app));
            awaitMarks(app);
            try (var http = HttpClient.newHttpClient()) {
                var address = URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics");
                return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                        .body();
            }
        }
    }

    /** What a process may know. */
    private static String everything(LiveApp app) {
        var secrets = cluster.admin().secrets().inNamespace(app.namespace());
        return "KeyError: "
                + Stream.of("mysite-migrate-env", "mysite-superuser", "own")
                        .map(name -> Secrets.texts(secrets.withName(name).get()))
                        .toList();
    }

    /** A run of the scheduled command, as its CronJob would make one. */
    private static Job run(LiveApp app) {
        var cronJobs = cluster.admin().batch().v1().cronjobs().inNamespace(app.namespace());
        var template = Eventually.find(
                        "the CronJob",
                        () -> Optional.ofNullable(
                                cronJobs.withName("mysite-task-tidy").get()),
                        () -> "")
                .getSpec()
                .getJobTemplate();
        return cluster.admin()
                .resource(new JobBuilder()
                        .withNewMetadata()
                        .withName("mysite-task-tidy-1")
                        .withNamespace(app.namespace())
                        .withLabels(template.getMetadata().getLabels())
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .build())
                .create();
    }

    private static Job superuser(LiveApp app) {
        var jobs = cluster.admin().batch().v1().jobs().inNamespace(app.namespace());
        return Eventually.find(
                "the superuser's Job",
                () -> jobs.list().getItems().stream()
                        .filter(job -> job.getMetadata().getName().startsWith("mysite-superuser-"))
                        .findFirst(),
                () -> "");
    }

    /** Until the status tells of all three. */
    private static void awaitMarks(LiveApp app) {
        Eventually.holds(
                "the failures of the migration, the command and the superuser in the status",
                () -> {
                    var status = app.resource().get().getStatus();
                    return status.migration() != null
                            && status.tasks() != null
                            && String.valueOf(status.tasks().getFirst().message())
                                    .contains("KeyError")
                            && Conditions.find(status.conditions(), "Degraded")
                                    .filter(condition -> condition.getReason().equals("SuperuserFailed")
                                            && condition.getMessage().contains("KeyError"))
                                    .isPresent();
                },
                () -> String.valueOf(app.resource().get().getStatus()));
    }

    /** Generated values and the one of the application's own, as they are and as Secrets hold them, and whose each is. */
    private static Map<String, String> canaries() {
        var canaries = new TreeMap<>(Map.of(OWN, "an application's own Secret", base64(OWN), "the same in base64"));
        for (var secret : cluster.admin().secrets().inAnyNamespace().list().getItems()) {
            var annotations = secret.getMetadata().getAnnotations();
            if (annotations != null && annotations.containsKey("nuages.dev/generated-for")) {
                Secrets.texts(secret).values().stream()
                        .filter(text -> text.length() >= SHORTEST)
                        .forEach(text -> {
                            canaries.put(text, secret.getMetadata().getName());
                            canaries.put(base64(text), secret.getMetadata().getName() + " in base64");
                        });
            }
        }
        return canaries;
    }

    private static String base64(String text) {
        return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> places() {
        var places = new TreeMap<String, String>();
        places.put("the log", String.join("", TestCluster.log().lines()));
        var admin = cluster.admin();
        for (var type : Witness.KINDS) {
            for (var object : admin.resources(type).inAnyNamespace().list().getItems()) {
                ObjectNode tree = Yaml.tree(object);
                if (object instanceof Secret) {
                    tree.remove("data");
                }
                var meta = object.getMetadata();
                places.put(object.getKind() + " " + meta.getNamespace() + "/" + meta.getName(), tree.toString());
            }
        }
        for (var event : admin.resources(Event.class).inAnyNamespace().list().getItems()) {
            var meta = event.getMetadata();
            places.put(
                    "Event " + meta.getNamespace() + "/" + meta.getName(),
                    Yaml.tree(event).toString());
        }
        return places;
    }
}
