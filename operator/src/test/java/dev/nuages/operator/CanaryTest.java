package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Secrets;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What is secret is in Secrets alone: nothing that was generated is in a line of the log, an Event, a status, an
 * annotation or the metrics, whatever the run has done until now. Runs last, for there is most to find then.
 */
@Tag("control-plane")
@Order(Integer.MAX_VALUE)
@Isolated("looks at what all others did")
class CanaryTest {
    private static final int SHORTEST = 16;

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void no_secret_is_anywhere_but_in_secrets() throws Exception {
        String metrics;
        try (var client = cluster.operator()) {
            metrics = failAndMend(client);
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

    /** A life with a traceback that cites all that it knows; answers the metrics at its end. */
    private static String failAndMend(KubernetesClient client) throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, "canary");
        try (var operator = app.startOperator(client, cast)) {
            cast.startPostgres(app.namespace(), LiveApp.NAME);
            var job = cast.awaitMigration(app.namespace());
            var environment = cluster.admin()
                    .secrets()
                    .inNamespace(app.namespace())
                    .withName("mysite-env")
                    .get();
            cast.fail(job, "KeyError: " + Secrets.texts(environment));
            app.await(Phase.Error);
            app.retry();
            try (var _ = cast.playOn(app.namespace())) {
                app.await(Phase.Ready);
            }
            try (var http = HttpClient.newHttpClient()) {
                var address = URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics");
                return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                        .body();
            }
        }
    }

    /** Generated values, as they are and as Secrets hold them, and whose each is. */
    private static Map<String, String> canaries() {
        var canaries = new TreeMap<String, String>();
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
