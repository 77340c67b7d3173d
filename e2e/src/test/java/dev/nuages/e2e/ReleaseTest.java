package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static dev.nuages.e2e.WholeSite.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A new version whose migration fails, and then does not. */
@Tag("e2e")
@Order(4)
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReleaseTest {
    private static final String NAMESPACE = "e2e-release";
    private static final String HOST = "release.localhost";

    private static final Psql DATABASE = new Psql(NAMESPACE, "site");

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Namespaces.fresh(NAMESPACE);
        Kubectl.apply("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata:
                  name: site
                  namespace: %1$s
                spec:
                  image: nuages.local/mysite
                  version: "1.0"
                  settings: mysite.settings
                  host: %2$s
                  redis: {}
                  deletionPolicy: Delete
                  web: {replicas: 2, workers: 1, resources: {requests: {cpu: 50m, memory: 128Mi}}}
                """.formatted(NAMESPACE, HOST));
        awaitReady("1.0");
        // The ingress controller hears of the new route at its own pace.
        try (Bash bash = new Bash(Repository.root())) {
            Bash.Done routed = bash.run(
                    "curl -sf --retry 30 --retry-delay 1 --retry-all-errors -o /dev/null -H 'Host: " + HOST
                            + "' http://127.0.0.1:8080/",
                    Duration.ofMinutes(1));
            assertThat(routed.exitCode()).as(routed.output()).isZero();
        }
    }

    @AfterAll
    static void uninstall() {
        Namespaces.remove(NAMESPACE);
    }

    @Test
    @Order(1)
    @Processors.Shared
    void noVisitorMovesTheSiteToAnotherPath() throws IOException, InterruptedException {
        try (Bash bash = new Bash(Repository.root())) {
            String pod = kubectl(
                    "-n",
                    NAMESPACE,
                    "get",
                    "pods",
                    "-l",
                    "app.kubernetes.io/component=web",
                    "-o",
                    "jsonpath={.items[0].status.podIP}");
            for (String where : List.of("127.0.0.1:8080", pod + ":8000")) {
                Bash.Done asked = bash.run(
                        "curl -s -o /dev/null -w '%{http_code}' -H 'Host: " + HOST + "' -H 'SCRIPT_NAME: /x' http://"
                                + where + "/x/",
                        Duration.ofMinutes(1));
                assertThat(asked.output()).as(where).isEqualToIgnoringNewLines("404");
            }
        }
    }

    @Test
    @Order(2)
    @Processors.Shared
    void aHookThatFailsKeepsTheMigrationFromBeginning() throws IOException, InterruptedException {
        ask("\"version\": \"1.1\", \"migrations\": {\"before\": [{\"name\": \"attic\", \"command\": [\"tidie\"]}]}");
        Kubectl.await(NAMESPACE, "djangoapp/site", "jsonpath={.status.phase}=Error");
        assertThat(app("{.status.conditions[?(@.type==\"Ready\")].message}"))
                .startsWith("hook attic of version 1.1 failed: there is no command tidie: did you mean tidy?");
        assertThat(DATABASE.site("select count(*) from jobs_migraterun where version = '1.1'"))
                .isEqualTo("0");
        assertThatItAnswers();
    }

    @Test
    @Order(3)
    @Processors.Shared
    void aMigrationThatMeetsSomethingInItsWayLeavesTheOldVersionServing() throws IOException, InterruptedException {
        DATABASE.site("alter table polls_choice add column colour text");
        ask("\"migrations\": null");
        Kubectl.await(NAMESPACE, "djangoapp/site", "jsonpath={.status.migration.attempt}=3");
        Kubectl.await(NAMESPACE, "djangoapp/site", "jsonpath={.status.phase}=Error");
        assertThat(app("{.status.migration.output}"))
                .contains("column \"colour\" of relation \"polls_choice\" already exists");
        assertThatItAnswers();
        DATABASE.site("alter table polls_choice drop column colour");
    }

    private static void assertThatItAnswers() throws IOException, InterruptedException {
        try (Visitors visitors = visitors()) {
            visitors.awaitVisits(5);
            assertThat(visitors.end())
                    .allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("200"));
        }
    }

    @Test
    @Order(4)
    @Processors.Shared
    void triedAgainItIsReadyAndEachVersionWasMigratedOnce() throws IOException, InterruptedException {
        try (Bash bash = new Bash(Repository.root())) {
            Bash.Done retry = bash.run("./nuages retry site -n " + NAMESPACE, Duration.ofMinutes(1));
            assertThat(retry.exitCode()).as(retry.output()).isZero();
            awaitReady("1.1");
            Bash.Done again = bash.run("./nuages retry site -n " + NAMESPACE, Duration.ofMinutes(1));
            assertThat(again.exitCode()).as(again.output()).isEqualTo(1);
            assertThat(again.output()).contains("site is Ready, not Error: there is nothing to try again");
        }
        assertThatItAnswers();

        assertThat(DATABASE.migrations())
                .as("runs of migrate by version, as the site itself wrote them down")
                .isEqualTo("1.0|1\n1.1|1");
        assertThat(app("{.status.migration.attempt}"))
                .as("migrations asked for: 1.0, 1.1 with a hook, without, and once more")
                .isEqualTo("4");
        assertThat(migrationPods()).as("the last migration's pod is kept").hasSize(1);
    }

    @Test
    @Order(5)
    @Processors.Shared
    void overTlsItHasItsOwnCertificateAndTakesWhatIsPosted(@TempDir Path folder) throws Exception {
        var visitor = TlsVisitor.of(HOST, folder);
        Kubectl.apply(visitor.secret(NAMESPACE, "certificate"));
        ask("\"tls\": {\"secretName\": \"certificate\"}, \"staticFiles\": {}, \"superuser\": {\"username\": \"admin\"},"
                + " \"web\": {\"replicas\": 1}");
        within(Duration.ofMinutes(4)).until(() -> app("{.status.superuser}").startsWith("admin in "));
        awaitReady("1.1");
        assertThat(app("{.status.url}")).isEqualTo("https://" + HOST + ":8443");

        within(Duration.ofMinutes(1)).until(() -> visitor.trusts());
        var page = visitor.get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(visitor.vote(page).status())
                .as("the answer to a form, whose origin Django checks")
                .isEqualTo(302);
        var password = new String(
                Base64.getDecoder()
                        .decode(kubectl(
                                "-n", NAMESPACE, "get", "secret", "site-superuser", "-o", "jsonpath={.data.password}")),
                StandardCharsets.UTF_8);
        assertThat(visitor.signIn("admin", password).status())
                .as("the superuser's password is the one in the Secret")
                .isEqualTo(302);
        assertThat(visitor.signIn("admin", password + "x").status()).isEqualTo(200);
        var style = visitor.get(page.first("/static/[^\"]+[.]css"));
        assertThat(style.header("Content-Encoding")).contains("gzip");
        assertThat(style.header("Cache-Control"))
                .hasValueSatisfying(caching -> assertThat(caching).contains("immutable"));
        var missing = visitor.get(page.first("/static/[^\"]+[.]css").replaceFirst("[0-9a-f]{12}", "0123456789ab"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("Cache-Control"))
                .as("a file that comes a moment later is not to be missing for a year")
                .isEmpty();
    }

    private static Visitors visitors() {
        return new Visitors(URI.create("http://127.0.0.1:8080/"), HOST);
    }

    /** Asks for something else, as JSON of some fields. */
    private static void ask(String spec) {
        kubectl("-n", NAMESPACE, "patch", "djangoapp", "site", "--type=merge", "-p", "{\"spec\":{" + spec + "}}");
    }

    /** What is at a JSON path of the application. */
    private static String app(String path) {
        return kubectl("-n", NAMESPACE, "get", "djangoapp", "site", "-o", "jsonpath=" + path);
    }

    private static void awaitReady(String version) {
        Kubectl.await(NAMESPACE, "djangoapp/site", "jsonpath={.status.migratedVersion}=" + version);
        Kubectl.await(NAMESPACE, "djangoapp/site", "jsonpath={.status.phase}=Ready");
    }

    private static List<String> migrationPods() {
        return kubectl("-n", NAMESPACE, "get", "pods", "-l", "batch.kubernetes.io/job-name", "-o", "name")
                .lines()
                .toList();
    }
}
