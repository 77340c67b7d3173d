package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Knob.both;
import static dev.nuages.core.djangoapp.Knob.table;
import static dev.nuages.core.djangoapp.Knob.variables;
import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static dev.nuages.core.djangoapp.SiteInMemory.applied;
import static dev.nuages.core.djangoapp.SiteInMemory.first;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pods of one component have beside what all have. */
class ComponentPodsTest {
    private static final String OWN = "pods: {env: [{name: COLOUR, value: own}], labels: {tier: own},"
            + " annotations: {note: own}, nodeSelector: {disk: own}, tolerations: [{key: own}],"
            + " priorityClassName: own}";
    private static final String ALL =
            "env: [{name: COLOUR, value: all}, {name: SIZE, value: all}]\npods: {labels: {tier: all, team: all},"
                    + " nodeSelector: {disk: all, zone: all}, tolerations: [{key: all}], priorityClassName: all}\n";

    private final SiteInMemory site = new SiteInMemory();

    @TestFactory
    Stream<DynamicTest> ofEveryComponent() {
        return table(
                only("web", "web: {%s}\nwebsockets: {}", "websockets"),
                only("websockets", "websockets: {%s}", "web"),
                only("channels-jobs", "channelWorkers: {jobs: {%s}}", "web"),
                only("celery-gpu", "celery: {pools: {gpu: {%s}, cpu: {}}}", "celery-cpu"),
                only("beat", "celery: {beat: {%s}}", "celery-default"),
                only("task-tidy", "tasks: {tidy: {schedule: '@daily', command: [tidy], %s}}", "web"));
    }

    private static Knob only(String component, String app, String other) {
        return Knob.app(ALL + app.formatted(OWN), site -> {
            isOwn(site.pods(component));
            assertThat(variables(site, component))
                    .containsEntry("COLOUR", "own")
                    .containsEntry("SIZE", "all");
            var others = site.pods(other);
            assertThat(others.getMetadata().getLabels()).containsEntry("tier", "all");
            assertThat(others.getSpec().getNodeSelector()).containsEntry("disk", "all");
            assertThat(others.getSpec().getPriorityClassName()).isEqualTo("all");
            assertThat(variables(site, other)).containsEntry("COLOUR", "all");
        });
    }

    private static void isOwn(PodTemplateSpec pod) {
        assertThat(pod.getMetadata().getLabels()).containsEntry("tier", "own").containsEntry("team", "all");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "own");
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("disk", "own").containsEntry("zone", "all");
        assertThat(pod.getSpec().getTolerations())
                .extracting(Toleration::getKey)
                .containsExactly("own");
        assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("own");
    }

    @TestFactory
    Stream<DynamicTest> ofEnvironments() {
        return table(
                both("celeryPool: {" + OWN + "}", "celery: {}", site -> {
                    assertThat(site.pods("celery-default").getSpec().getPriorityClassName())
                            .isEqualTo("own");
                    assertThat(variables(site, "celery-default")).containsEntry("COLOUR", "own");
                    assertThat(variables(site, "web")).doesNotContainKey("COLOUR");
                }),
                both(
                        "celeryPool: {" + OWN + "}",
                        "celery: {pools: {mail: {pods: {env: [{name: SIZE, value: mine}], nodeSelector: {zone: mine}}}}}",
                        site -> {
                            assertThat(variables(site, "celery-mail"))
                                    .containsEntry("COLOUR", "own")
                                    .containsEntry("SIZE", "mine");
                            assertThat(site.pods("celery-mail").getSpec().getNodeSelector())
                                    .containsEntry("disk", "own")
                                    .containsEntry("zone", "mine");
                        }),
                each("web: {%s}", "", "web"),
                each("websockets: {%s}", "websockets: {}", "websockets"),
                each("channelWorkers: {%s}", "channelWorkers: {jobs: {}}", "channels-jobs"),
                each("beat: {%s}", "celery: {beat: {}}", "beat"),
                each("tasks: {%s}", "tasks: {tidy: {schedule: '@daily', command: [tidy]}}", "task-tidy"),
                both(
                        "migrations: {" + OWN + "}",
                        "",
                        site -> assertThat(site.migration()
                                        .getSpec()
                                        .getTemplate()
                                        .getSpec()
                                        .getPriorityClassName())
                                .isEqualTo("own")),
                both(
                        "staticFiles: {pods: {priorityClassName: own}}",
                        "staticFiles: {}",
                        site -> assertThat(site.pods("static").getSpec().getPriorityClassName())
                                .isEqualTo("own")),
                both(
                        "env: [{name: A, value: all}, {name: B, value: all}]",
                        "env: [{name: B, value: mine}]",
                        site -> assertThat(variables(site, "web"))
                                .containsEntry("A", "all")
                                .containsEntry("B", "mine")));
    }

    private static Knob each(String environment, String app, String component) {
        return both(environment.formatted(OWN), app, site -> {
            assertThat(site.pods(component).getSpec().getPriorityClassName()).isEqualTo("own");
            assertThat(variables(site, component)).containsEntry("COLOUR", "own");
        });
    }

    @Test
    @DisplayName("Caddy's pods may run elsewhere, too")
    void staticFiles() {
        site.ready(WHOLE.replace("{root: /app/static}", "{root: /app/static, pods: {nodeSelector: {disk: own}}}"));
        assertThat(site.pod("mysite-static").getNodeSelector()).containsEntry("disk", "own");
        assertThat(site.pod("mysite-web").getNodeSelector()).isNullOrEmpty();
    }

    @Test
    @DisplayName("a migration goes to the database by another way than the processes, and that is said")
    void migrationsByAnotherWay() {
        site.secret("pooled", Map.of("url", "postgres://pgbouncer/mysite"));
        site.app(WHOLE.replace("migrations:\n", """
                migrations:
                    pods:
                      env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: mysite-database, key: url}}}]
                """)
                + "  env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: pooled, key: url}}}]\n");
        site.settle();
        site.needsReady();
        site.settle();
        site.settle();
        assertThat(source(first(site.currentJob().getSpec().getTemplate().getSpec())
                        .getEnv()))
                .isEqualTo("mysite-database");
        site.migrated();
        assertThat(source(first(site.pod("mysite-web")).getEnv())).isEqualTo("pooled");
        assertThat(site.problems())
                .isEqualTo("env sets DATABASE_URL in place of Nuages' own value; "
                        + "pods.env of migrations sets DATABASE_URL in place of Nuages' own value");
    }

    @Test
    @DisplayName(
            "a variable of one component's own stays in the file that all read, and is named to who reads that first")
    void overrides() {
        site.ready(WHOLE.replace(
                "concurrency: 1,",
                "concurrency: 1, pods: {env: [{name: REDIS_URL, value: mine}, {name: SIZE, value: mine}]},"));
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("REDIS_URL");
        assertThat(SiteInMemory.variables(site.pod("mysite-celery-slow")))
                .containsEntry("NUAGES_OVERRIDES", "REDIS_URL,SIZE")
                .containsEntry("REDIS_URL", "mine");
        assertThat(SiteInMemory.variables(site.pod("mysite-web"))).doesNotContainKey("NUAGES_OVERRIDES");
        assertThat(site.problems()).isEqualTo("pods.env of celery-slow sets REDIS_URL in place of Nuages' own value");
    }

    @Test
    @DisplayName("a Secret that one component reads replaces its pods alone, and one that a migration reads none")
    void exactlyThePodsThatReadIt() {
        site.secret("model", Map.of("token", "a"));
        site.secret("direct", Map.of("token", "a"));
        site.ready(WHOLE.replace(
                        "concurrency: 1,",
                        "concurrency: 1, pods: {env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: model, key: token}}}]},")
                .replace("migrations:\n", """
                migrations:
                    pods: {env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: direct, key: token}}}]}
                """));
        site.secret("direct", Map.of("token", "b"));
        assertThat(applied(site.plan())).isEmpty();
        site.secret("model", Map.of("token", "b"));
        assertThat(applied(site.plan())).containsExactly("Deployment/mysite-celery-slow");
    }

    @Test
    @DisplayName("while a migration runs, no pods of the old release are replaced for what they read")
    void notWhileMigrating() {
        site.secret("model", Map.of("token", "a"));
        var yaml = WHOLE.replace(
                "concurrency: 1,",
                "concurrency: 1, pods: {env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: model, key: token}}}]},");
        site.ready(yaml);
        site.change(yaml.replace("version: \"1.0\"", "version: \"1.1\""));
        site.settle();
        site.secret("model", Map.of("token", "b"));
        site.settle();
        assertThat(site.cluster.get(Job.class, site.currentJob().getMetadata().getName()))
                .isNotNull();
        assertThat(applied(site.plan())).doesNotContain("Deployment/mysite-celery-slow");
        var before = site.cluster
                .get(Deployment.class, "mysite-celery-slow")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(site.cluster
                        .get(Deployment.class, "mysite-celery-slow")
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations())
                .isNotEqualTo(before);
    }

    @Test
    @DisplayName("a Secret that is wanted and not there is said, whoever wants it")
    void missing() {
        site.ready(WHOLE.replace(
                "beat: {}", "beat: {pods: {env: [{name: A, valueFrom: {secretKeyRef: {name: absent, key: a}}}]}}"));
        assertThat(site.problems()).isEqualTo("there is no Secret/absent, which the application's pods read");
    }

    /** The Secret that DATABASE_URL comes from. */
    private static String source(List<EnvVar> env) {
        return env.stream()
                .filter(variable -> variable.getName().equals("DATABASE_URL"))
                .findFirst()
                .orElseThrow()
                .getValueFrom()
                .getSecretKeyRef()
                .getName();
    }
}
