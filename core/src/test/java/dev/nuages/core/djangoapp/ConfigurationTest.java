package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static dev.nuages.core.djangoapp.SiteInMemory.variables;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an application is given by its user, through the plans alone. */
class ConfigurationTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("configuration reaches Django by the contract's names, and no secret is anywhere else")
    void configuration() {
        site.ready(WHOLE);
        var values = Secrets.texts(site.cluster.get(Secret.class, "mysite-env"));
        assertThat(values)
                .containsEntry("ALLOWED_HOSTS", "mysite.localhost,www.mysite.localhost")
                .containsEntry("CSRF_TRUSTED_ORIGINS", "http://mysite.localhost,http://www.mysite.localhost")
                .containsEntry("CELERY_BROKER_URL", "amqp://mysite:s3cret@rabbit:5672/mysite")
                .containsEntry("CHANNEL_LAYER_URL", "redis://:s3cret@durable:6379/1")
                .containsEntry("CHANNEL_LAYER_PREFIX", "default:mysite:channels:")
                .containsEntry("STATIC_URL", "/static/")
                .containsEntry("MEDIA_ROOT", "/srv/media")
                .doesNotContainKey("REDBEAT_REDIS_URL");
        for (var workload : site.names(Deployment.class)) {
            assertThat(Serialization.asYaml(site.cluster.get(Deployment.class, workload)))
                    .doesNotContain("s3cret");
        }
    }

    @Test
    @DisplayName("what an application sets over Nuages' own values, or wants and is not there, is said in a sentence")
    void problemsAreSaid() {
        var yaml = WHOLE + """
                  config: {DEBUG: true, PAYMENTS: {currency: EUR}}
                  env: [{name: APP_VERSION, value: mine}]
                  secrets: [{name: stripe, keys: {STRIPE_API_KEY: api-key}}]
                """.indent(0);
        site.ready(yaml.replace("\nconfig:", "\n  config:")
                .replace("\nenv:", "\n  env:")
                .replace("\nsecrets:", "\n  secrets:"));
        assertThat(site.problems())
                .contains(
                        "config sets DEBUG in place of Nuages' own value",
                        "env sets APP_VERSION",
                        "there is no Secret/stripe");
        assertThat(variables(site.pod("mysite-web"))).containsEntry("APP_VERSION", "mine");
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("DEBUG: true", "currency: \"EUR\"");
    }

    @Test
    @DisplayName("a setting that an application wants to be None is null in the file, in place of Nuages' own too")
    void nothing() {
        site.ready(WHOLE + "  config: {CSRF_COOKIE_DOMAIN: null, STATIC_URL: null, PAYMENTS: {currency: null}}\n");
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("CSRF_COOKIE_DOMAIN: null\n", "STATIC_URL: null\n", "currency: null\n");
    }

    @Test
    @DisplayName(
            "what a variable of the application's own takes the place of is not in the file, which may be read first")
    void ownVariablesAreNotInTheFile() {
        site.secret("database", Map.of("url", "postgres://elsewhere/mine"));
        site.secret("whole", Map.of("REDIS_URL", "redis://elsewhere"));
        site.ready(WHOLE + """
                  env: [{name: DEBUG, value: "true"}]
                  secrets: [{name: database, keys: {DATABASE_URL: url}}, {name: whole}]
                  config: {SECRET_KEY: mine}
                """);
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("ALLOWED_HOSTS:", "SECRET_KEY: \"mine\"")
                .doesNotContain("DATABASE_URL", "REDIS_URL", "DEBUG");
    }

    @Test
    @DisplayName("every process has what the contract promises to every process, the making of the superuser too")
    void everyProcess() {
        site.ready(WHOLE);
        var containers = djangoContainers(site);
        assertThat(containers)
                .extracting(Container::getName)
                .contains("web", "beat", "celery-slow", "migration", "superuser", "task-cleanup");
        assertThat(containers)
                .allSatisfy(container -> assertThat(container.getEnv())
                        .as(container.getName())
                        .extracting(EnvVar::getName)
                        .contains(
                                "DJANGO_SETTINGS_MODULE",
                                "APP_VERSION",
                                "NUAGES_CONFIG",
                                "PYTHONUNBUFFERED",
                                "HOME",
                                "CONN_MAX_AGE"));
    }

    @Test
    @DisplayName("whatever variable of ours an application sets, it holds, and that is said")
    void everyNameOfOurs() {
        site.ready(WHOLE);
        var names = new TreeSet<>(
                Secrets.texts(site.cluster.get(Secret.class, "mysite-env")).keySet());
        djangoContainers(site)
                .forEach(container -> container.getEnv().forEach(variable -> names.add(variable.getName())));
        assertThat(names)
                .contains("CONN_MAX_AGE", "HOME", "PGOPTIONS", "DJANGO_SUPERUSER_PASSWORD", "NUAGES_DRAIN_SECONDS");
        var all =
                names.stream().map(name -> "{name: " + name + ", value: mine}").collect(joining(", "));
        var other = new SiteInMemory();
        other.ready(WHOLE + "  env: [" + all + "]\n");
        assertThat(other.problems().split("; "))
                .containsExactlyInAnyOrderElementsOf(names.stream()
                        .map(name -> "env sets " + name + " in place of Nuages' own value")
                        .toList());
        djangoContainers(other)
                .forEach(container -> assertThat(container.getEnv())
                        .as(container.getName())
                        .allMatch(variable -> "mine".equals(variable.getValue()))
                        .extracting(EnvVar::getName)
                        .doesNotHaveDuplicates());
    }

    @Test
    @DisplayName(
            "what comes from whole Secrets and ConfigMaps is said to hold, or to have no effect, as Kubernetes has it")
    void wholeSecretsAndConfigMaps() {
        site.secret("whole", Map.of("DATABASE_URL", "postgres://elsewhere/mine", "HOME", "/home/me", "COLOUR", "blue"));
        site.cluster.put(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("tuned")
                .withNamespace("default")
                .withLabels(Map.of())
                .endMetadata()
                .withData(Map.of("OPTIONS", "-c statement_timeout=5s", "URL", "no name of ours"))
                .build());
        site.ready(WHOLE + """
                  secrets: [{name: whole}]
                  envFrom: [{configMapRef: {name: tuned}, prefix: PG}]
                """);
        assertThat(site.problems())
                .isEqualTo("secrets sets DATABASE_URL from Secret/whole in place of Nuages' own value; "
                        + "secrets sets HOME from Secret/whole, which has no effect where Nuages sets it too: set it in env; "
                        + "envFrom sets PGOPTIONS from ConfigMap/tuned, which has no effect where Nuages sets it too: set it"
                        + " in env");
    }

    @Test
    @DisplayName(
            "a variable of the application's own takes the place of ours and of a whole Secret's: that is said once")
    void takenByItself() {
        site.secret("whole", Map.of("HOME", "/home/me"));
        site.ready(WHOLE + """
                  secrets: [{name: whole}]
                  env: [{name: HOME, value: /srv}]
                """);
        assertThat(site.problems()).isEqualTo("env sets HOME in place of Nuages' own value");
    }

    @Test
    @DisplayName("what is in the file alone, and in the environment by our own value, is said")
    void inTheFileAlone() {
        site.ready(WHOLE + "  config: {CONN_MAX_AGE: 5}\n");
        assertThat(site.problems())
                .isEqualTo(
                        "config sets CONN_MAX_AGE in config.yaml alone, and Nuages sets it as an environment variable:"
                                + " set it in env");
    }

    @Test
    @DisplayName("pods are replaced when a key changes that they read, and not for another of the same Secret")
    void keysThatAreRead() {
        site.secret("stripe", Map.of("api", "a", "note", "for people"));
        site.ready(WHOLE + "  secrets: [{name: stripe, keys: {STRIPE: api}}]\n");
        var before = site.webMark();
        site.secret("stripe", Map.of("api", "a", "note", "for other people"));
        site.settle();
        assertThat(site.webMark()).isEqualTo(before);
        site.secret("stripe", Map.of("api", "b", "note", "for other people"));
        site.settle();
        assertThat(site.webMark()).isNotEqualTo(before);
        site.change(WHOLE + "  secrets: [{name: stripe}]\n");
        site.settle();
        var whole = site.webMark();
        site.secret("stripe", Map.of("api", "b", "note", "for everybody"));
        site.settle();
        assertThat(site.webMark()).as("all of it is read").isNotEqualTo(whole);
    }

    @Test
    @DisplayName(
            "until the next version is migrated, what serves reads what it has always read; but a new password at once")
    void theOldVersionsOwn() {
        site.ready(WHOLE);
        var before = file("mysite-config");
        var next = WHOLE + "  config: {COLOUR: blue}\n";
        site.change(next.replace("1.0", "1.1"));
        site.settle();
        assertThat(site.currentJob().getSpec().getTemplate().getSpec().getContainers())
                .flatExtracting(Container::getEnvFrom)
                .extracting(source -> source.getSecretRef().getName())
                .containsExactly("mysite-migrate-env");
        assertThat(file("mysite-migrate-config")).contains("COLOUR: \"blue\"");
        site.jobEnds("Failed");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(file("mysite-config")).isEqualTo(before);

        site.url("mysite-database", "postgres://mysite:n3wer@db:5432/mysite");
        site.settle();
        assertThat(file("mysite-config")).isEqualTo(before.replace("s3cret@db", "n3wer@db"));
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-env"), "DATABASE_URL"))
                .hasValueSatisfying(url -> assertThat(url).contains("n3wer"));

        site.change(next.replace("1.0", "1.2"));
        site.settle();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(file("mysite-config")).contains("COLOUR: \"blue\"");
    }

    @Test
    @DisplayName("of a map that is Nuages' own too, what an application does not name stays")
    void mapsAreMerged() {
        site.ready(
                WHOLE.replace("beat: {}", "broker: Redis\n    visibilityTimeoutSeconds: 7200")
                        + "  config: {CELERY_BROKER_TRANSPORT_OPTIONS: {max_retries: 3}, CACHES: {default: {BACKEND: dummy}}}\n");
        assertThat(Yaml.document(file("mysite-config")).path("CELERY_BROKER_TRANSPORT_OPTIONS"))
                .isEqualTo(Yaml.document("{visibility_timeout: 7200, max_retries: 3}"));
    }

    private String file(String secret) {
        return Secrets.text(site.cluster.get(Secret.class, secret), "config.yaml")
                .orElseThrow();
    }

    @Test
    @DisplayName("a name that an application takes from several places is said, with the one that holds")
    void amongItsOwn() {
        site.secret("one", Map.of("COLOUR", "one", "SIZE", "one", "key", "one"));
        site.secret("two", Map.of("COLOUR", "two", "SHAPE", "two"));
        site.ready(WHOLE + """
                  env: [{name: SHAPE, value: mine}]
                  secrets: [{name: one}, {name: two}, {name: one, keys: {SIZE: key}}]
                """);
        assertThat(site.problems())
                .isEqualTo("COLOUR is set by Secret/two and Secret/one: that of Secret/two holds; "
                        + "SHAPE is set by env and Secret/two: that of env holds; "
                        + "SIZE is set by Secret/one and Secret/one: that of Secret/one holds");
    }

    @Test
    @DisplayName("what an environment sets gives way to what an application names, and is told as the environment's")
    void environmentsVariables() {
        site.secret("mine", Map.of("dsn", "mine", "SIZE", "mine"));
        site.environment(
                "{local: {}}",
                "env: [{name: DSN, value: all}, {name: SIZE, value: all}, {name: HOME, value: all},"
                        + " {name: KEY, valueFrom: {secretKeyRef: {name: absent, key: a}}}]");
        site.ready(WHOLE + "  secrets: [{name: mine}, {name: mine, keys: {DSN: dsn}}]\n");
        assertThat(variables(site.pod("mysite-web")))
                .doesNotContainKey("DSN")
                .containsEntry("SIZE", "all")
                .containsEntry("HOME", "all");
        assertThat(site.problems())
                .isEqualTo("there is no Secret/absent, which the application's pods read; "
                        + "env of DjangoEnvironment default sets HOME in place of Nuages' own value; "
                        + "SIZE is set by env of DjangoEnvironment default and Secret/mine: that of env of"
                        + " DjangoEnvironment default holds");
    }

    @Test
    @DisplayName("pods that run are not replaced by some that could not start, while what they read is away")
    void awayForAMoment() {
        site.secret("stripe", Map.of("KEY", "a"));
        site.ready(WHOLE + "  envFrom: [{secretRef: {name: stripe}}]\n");
        var mark = mark();
        site.cluster.delete(new ObjectRef(Secret.class, "default", "stripe"));
        site.settle();
        assertThat(site.problems()).isEqualTo("there is no Secret/stripe, which the application's pods read");
        assertThat(mark()).isEqualTo(mark);
        site.secret("stripe", Map.of("KEY", "a"));
        site.settle();
        assertThat(mark()).isEqualTo(mark);
        site.secret("stripe", Map.of("KEY", "b"));
        site.settle();
        assertThat(mark()).isNotEqualTo(mark);
    }

    private Optional<String> mark() {
        return Optional.ofNullable(site.cluster
                .get(StatefulSet.class, "mysite-beat")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get(Nuages.CONFIG_ANNOTATION));
    }

    @Test
    @DisplayName("a key that a variable or the bucket wants and that is not there is said, unless it is optional")
    void missingKeys() {
        site.secret("stripe", Map.of("api", "a"));
        site.secret("bucket", Map.of("AWS_ACCESS_KEY_ID", "a"));
        site.ready(
                WHOLE.replace("media: {volume: {size: 1Gi}}", "media: {s3: {bucket: uploads, secret: bucket}}") + """
                  env:
                  - {name: KEY, valueFrom: {secretKeyRef: {name: stripe, key: api-key}}}
                  - {name: NO_KEY, valueFrom: {secretKeyRef: {name: stripe, key: other, optional: true}}}
                  - {name: MAP, valueFrom: {configMapKeyRef: {name: absent, key: any}}}
                """);
        assertThat(site.problems())
                .isEqualTo("there is no ConfigMap/absent, which the application's pods read; "
                        + "Secret stripe has no key api-key, which KEY wants; "
                        + "Secret bucket has no key AWS_SECRET_ACCESS_KEY, which media.s3 wants");
    }

    /** Those of the application's image that were ever made, also of Jobs that are gone by now. */
    private static List<Container> djangoContainers(SiteInMemory site) {
        return site.cluster.takeEffects().stream()
                .map(ConfigurationTest::written)
                .flatMap(ConfigurationTest::containers)
                .filter(container -> !container.getEnvFrom().isEmpty())
                .toList();
    }

    private static Optional<HasMetadata> written(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> Optional.of(apply.wanted());
            case Effect.Create create -> Optional.of(create.wanted());
            default -> Optional.empty();
        };
    }

    private static Stream<Container> containers(Optional<HasMetadata> object) {
        return switch (object.orElse(null)) {
            case Deployment d -> d.getSpec().getTemplate().getSpec().getContainers().stream();
            case StatefulSet s -> s.getSpec().getTemplate().getSpec().getContainers().stream();
            case CronJob c -> c.getSpec().getJobTemplate().getSpec().getTemplate().getSpec().getContainers().stream();
            case Job j -> j.getSpec().getTemplate().getSpec().getContainers().stream();
            case null, default -> Stream.empty();
        };
    }
}
