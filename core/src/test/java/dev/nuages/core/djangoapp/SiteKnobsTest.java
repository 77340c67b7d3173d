package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Knob.app;
import static dev.nuages.core.djangoapp.Knob.both;
import static dev.nuages.core.djangoapp.Knob.container;
import static dev.nuages.core.djangoapp.Knob.environment;
import static dev.nuages.core.djangoapp.Knob.graceSeconds;
import static dev.nuages.core.djangoapp.Knob.preStopSeconds;
import static dev.nuages.core.djangoapp.Knob.requested;
import static dev.nuages.core.djangoapp.Knob.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.LocalRedis;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a user says of files, pods and the way to the site, each with what comes of it. */
class SiteKnobsTest {
    /** An application with pods of every kind. */
    private static final String EVERY_POD = """
            websockets: {}
            channelWorkers: {jobs: {channels: [a]}}
            celery: {beat: {}}
            staticFiles: {}
            media: {volume: {size: 1Gi}}
            tasks: {tidy: {schedule: "@daily", command: [clearsessions]}}
            maintenance: true
            """;

    private static final List<String> CADDIES = List.of("static", "maintenance");
    private static final List<String> COMPONENTS = List.of(
            "web",
            "websockets",
            "channels-jobs",
            "celery-default",
            "beat",
            "task-tidy",
            CADDIES.getFirst(),
            CADDIES.getLast());

    /** Those that requests come to. */
    private static final List<String> SERVERS = List.of("web", "websockets", "static", "maintenance");

    @TestFactory
    Stream<DynamicTest> staticFiles() {
        return table(
                app("staticFiles: {path: /assets/}", site -> {
                    assertThat(site.variable("STATIC_URL")).isEqualTo("/assets/");
                    assertThat(Knob.routes(site)).containsExactly("/assets mysite-static", "/ mysite-web");
                    assertThat(caddyfile(site)).contains("handle_path /assets/*");
                }),
                app(
                        "staticFiles: {root: /code/collected}",
                        site -> assertThat(copies(site).getFirst().getCommand())
                                .endsWith("/code/collected", "/srv/static")),
                app(
                        "staticFiles: {immutable: '-[A-Za-z0-9_-]{8}[.]js$'}",
                        site -> assertThat(caddyfile(site))
                                .contains(
                                        "@hashed {\n\t\t\tpath_regexp -[A-Za-z0-9_-]{8}[.]js$\n\t\t\tfile\n",
                                        "@other {\n\t\t\tnot path_regexp -[A-Za-z0-9_-]{8}[.]js$\n\t\t\tfile\n")),
                app("staticFiles: {keepPrevious: false}", site -> {
                    site.deploy(Knob.yaml("1.1", "staticFiles: {keepPrevious: false}"));
                    assertThat(copies(site)).extracting(Container::getImage).containsExactly("mysite:1.1");
                }),
                app("staticFiles: {replicas: 3, resources: {requests: {memory: 64Mi}}}", site -> {
                    assertThat(site.deployment("static").getSpec().getReplicas())
                            .isEqualTo(3);
                    assertThat(requested(site, "static", "memory")).isEqualTo("64Mi");
                }),
                both(
                        "caddy: registry.example.org/caddy:2.9",
                        "staticFiles: {}",
                        site -> assertThat(container(site, "static").getImage())
                                .isEqualTo("registry.example.org/caddy:2.9")));
    }

    @TestFactory
    Stream<DynamicTest> durableRedis() {
        return table(app(
                "websockets: {}\ndurableRedis: {maxMemory: 1Gi, resources: {requests: {memory: 1500Mi}}}\nredis: {}",
                site -> {
                    var durable = Objects.requireNonNull(site.get(RedisInstance.class, "mysite-durable")
                            .getSpec()
                            .local());
                    assertThat(durable.maxMemory()).hasToString("1Gi");
                    assertThat(durable.eviction()).isEqualTo(LocalRedis.Eviction.Never);
                    assertThat(Objects.requireNonNull(durable.resources())
                                    .getRequests()
                                    .get("memory"))
                            .hasToString("1500Mi");
                    var cache = Objects.requireNonNull(
                            site.get(RedisInstance.class, "mysite").getSpec().local());
                    assertThat(cache.maxMemory()).isNull();
                    assertThat(cache.resources()).isNull();
                }));
    }

    @TestFactory
    Stream<DynamicTest> redis() {
        return table(
                app("redis: {maxMemory: 1Gi, resources: {limits: {memory: 1500Mi}}}", site -> {
                    var cache = Objects.requireNonNull(
                            site.get(RedisInstance.class, "mysite").getSpec().local());
                    assertThat(cache.maxMemory()).hasToString("1Gi");
                    assertThat(Objects.requireNonNull(cache.resources())
                                    .getLimits()
                                    .get("memory"))
                            .hasToString("1500Mi");
                    assertThat(Conditions.find(site.status().conditions(), "Configured"))
                            .isEmpty();
                }),
                app(
                        "redis: {maxMemory: 1Gi, resources: {limits: {memory: 128Mi}}}\nwebsockets: {}",
                        site -> assertThat(site.problems())
                                .isEqualTo("redis.maxMemory is 1Gi, and its pod is killed at 128Mi, before that is"
                                        + " full: let resources.limits.memory of redis be larger")),
                app(
                        "websockets: {}\ndurableRedis: {resources: {limits: {memory: 64Mi}}}",
                        site -> assertThat(site.problems())
                                .isEqualTo("durableRedis.maxMemory is 64Mi, and its pod is killed at 64Mi, before"
                                        + " that is full: let resources.limits.memory of durableRedis be larger")));
    }

    @TestFactory
    Stream<DynamicTest> rabbitmq() {
        return table(app("celery: {}\nrabbitmq: {resources: {limits: {memory: 2Gi}}}", site -> {
            var local = Objects.requireNonNull(
                    site.get(RabbitmqVhost.class, "mysite").getSpec().local());
            assertThat(Objects.requireNonNull(local.resources()).getLimits().get("memory"))
                    .hasToString("2Gi");
        }));
    }

    @TestFactory
    Stream<DynamicTest> media() {
        return table(
                app(
                        "media: {path: /uploads, volume: {size: 3Gi, storageClassName: shared, accessMode: ReadWriteOnce}}",
                        site -> {
                            var claim = site.get(PersistentVolumeClaim.class, "mysite-media")
                                    .getSpec();
                            assertThat(claim.getResources().getRequests().get("storage"))
                                    .hasToString("3Gi");
                            assertThat(claim.getStorageClassName()).isEqualTo("shared");
                            assertThat(claim.getAccessModes()).containsExactly("ReadWriteOnce");
                            assertThat(site.variable("MEDIA_URL")).isEqualTo("/uploads/");
                            assertThat(Knob.routes(site)).containsExactly("/uploads mysite-static", "/ mysite-web");
                            assertThat(caddyfile(site)).contains("handle_path /uploads/*");
                        }),
                app("media: {s3: {bucket: photos}}", site -> {
                    assertThat(site.variable("AWS_STORAGE_BUCKET_NAME")).isEqualTo("photos");
                    assertThat(site.text("mysite-config", "config.yaml"))
                            .contains("AWS_STORAGE_BUCKET_NAME: \"photos\"")
                            .doesNotContain("AWS_S3_REGION_NAME", "AWS_S3_ENDPOINT_URL", "MEDIA_ROOT");
                    assertThat(secretsRead(container(site, "web"))).containsExactly("mysite-env");
                    assertThat(Knob.routes(site)).containsExactly("/ mysite-web");
                }),
                app("media: {s3: {bucket: photos, region: eu-west-3, endpoint: 'https://s3.example.org'}}", site -> {
                    assertThat(site.variable("AWS_S3_REGION_NAME")).isEqualTo("eu-west-3");
                    assertThat(site.variable("AWS_S3_ENDPOINT_URL")).isEqualTo("https://s3.example.org");
                }),
                new Knob(
                        "media: {s3: {bucket: photos, secret: bucket-key}}",
                        "",
                        EVERY_POD.replace("volume: {size: 1Gi}", "s3: {bucket: photos, secret: bucket-key}"),
                        site -> assertThat(COMPONENTS)
                                .filteredOn(component -> !CADDIES.contains(component))
                                .allSatisfy(component -> assertThat(secretsRead(container(site, component)))
                                        .containsExactly("mysite-env", "bucket-key"))));
    }

    @TestFactory
    Stream<DynamicTest> pods() {
        return table(
                pods(
                        "nodeSelector: {disk: ssd}",
                        pod -> assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd")),
                pods(
                        "tolerations: [{key: web, operator: Exists}]",
                        pod -> assertThat(pod.getTolerations())
                                .extracting(toleration -> toleration.getKey() + " " + toleration.getOperator())
                                .containsExactly("web Exists")),
                pods(
                        "priorityClassName: high",
                        pod -> assertThat(pod.getPriorityClassName()).isEqualTo("high")),
                pods(
                        "imagePullSecrets: [registry, mirror]",
                        pod -> assertThat(pod.getImagePullSecrets())
                                .extracting(secret -> secret.getName())
                                .containsExactly("registry", "mirror")),
                pods("runAsUser: 1234", pod -> {
                    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1234);
                    assertThat(pod.getSecurityContext().getRunAsGroup()).isEqualTo(1234);
                    assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(1234);
                }),
                pods("runAsUser: 1234, fsGroup: 77", pod -> {
                    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1234);
                    assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(77);
                }),
                pods(
                        "",
                        pod -> assertThat(pod.getTopologySpreadConstraints())
                                .extracting(spread -> spread.getTopologyKey() + " " + spread.getWhenUnsatisfiable())
                                .containsExactly("kubernetes.io/hostname ScheduleAnyway")),
                pods(
                        "spread: Require",
                        pod -> assertThat(pod.getTopologySpreadConstraints())
                                .extracting(spread -> spread.getTopologyKey() + " " + spread.getWhenUnsatisfiable())
                                .containsExactly("kubernetes.io/hostname DoNotSchedule")),
                pods(
                        "spread: None",
                        pod -> assertThat(pod.getTopologySpreadConstraints()).isEmpty()),
                new Knob("pods: {preStopSeconds: 25}", "", EVERY_POD + "pods: {preStopSeconds: 25}", site -> {
                    assertThat(SERVERS)
                            .allSatisfy(server ->
                                    assertThat(preStopSeconds(site, server)).isEqualTo(25));
                    assertThat(graceSeconds(site, "web")).isEqualTo(25 + 30 + 5);
                    assertThat(graceSeconds(site, "websockets")).isEqualTo(25 + 30 + 5);
                    assertThat(graceSeconds(site, "static")).isEqualTo(25 + 10 + 5);
                    assertThat(graceSeconds(site, "maintenance")).isEqualTo(25 + 10 + 5);
                    assertThat(container(site, "celery-default").getLifecycle()).isNull();
                }),
                new Knob(
                        "pods: {readOnlyRootFilesystem: false}",
                        "",
                        EVERY_POD + "pods: {readOnlyRootFilesystem: false}",
                        site -> assertThat(COMPONENTS)
                                .allSatisfy(component -> assertThat(container(site, component)
                                                .getSecurityContext()
                                                .getReadOnlyRootFilesystem())
                                        .as(component)
                                        .isEqualTo(CADDIES.contains(component)))),
                new Knob(
                        "pods: {mounts: [...]}",
                        "pods: {mounts: [{path: /etc/ssl/internal, secret: company}, {path: /etc/shop, secret: all}]}",
                        EVERY_POD
                                + "pods: {mounts: [{path: /etc/shop, configMap: shop}, {path: /srv/archive, claim: archive}]}",
                        site -> {
                            for (var component : List.of("web", "celery-default", "beat", "task-tidy")) {
                                assertThat(mounted(site, component))
                                        .as(component)
                                        .containsEntry("/etc/ssl/internal", "Secret company")
                                        .containsEntry("/etc/shop", "ConfigMap shop")
                                        .containsEntry("/srv/archive", "PersistentVolumeClaim archive");
                                assertThat(site.pods(component)
                                                .getSpec()
                                                .getSecurityContext()
                                                .getFsGroup())
                                        .as("who writes the claim's volume")
                                        .isEqualTo(1000L);
                            }
                            assertThat(site.problems())
                                    .contains(
                                            "there is no Secret/company, which the application's pods read",
                                            "there is no ConfigMap/shop, which the application's pods read")
                                    .doesNotContain("Secret/all");
                        }),
                everyPod(
                        "labels: {team: shop, app.kubernetes.io/name: other}",
                        template -> assertThat(template.getMetadata().getLabels())
                                .containsEntry("team", "shop")
                                .containsEntry("app.kubernetes.io/name", "mysite")),
                everyPod(
                        "annotations: {linkerd.io/inject: enabled}",
                        template -> assertThat(template.getMetadata().getAnnotations())
                                .containsEntry("linkerd.io/inject", "enabled")));
    }

    @TestFactory
    Stream<DynamicTest> routes() {
        return table(
                environment(
                        "ingress: {className: inside}",
                        site -> assertThat(ingress(site).getSpec().getIngressClassName())
                                .isEqualTo("inside")),
                environment(
                        "ingress: {annotations: {a.example.org/size: 8m}}",
                        site -> assertThat(ingress(site).getMetadata().getAnnotations())
                                .containsEntry("a.example.org/size", "8m")),
                both(
                        "ingress: {annotations: {a.example.org/size: 8m, a.example.org/time: 9s}}",
                        "routeAnnotations: {a.example.org/size: 64m}",
                        site -> assertThat(ingress(site).getMetadata().getAnnotations())
                                .containsEntry("a.example.org/size", "64m")
                                .containsEntry("a.example.org/time", "9s")),
                environment("ingress: {scheme: https, port: 8443}", site -> {
                    assertThat(site.variable("CSRF_TRUSTED_ORIGINS")).isEqualTo("https://mysite.example.org:8443");
                    assertThat(site.status().url()).isEqualTo("https://mysite.example.org:8443");
                    assertThat(ingress(site).getSpec().getTls()).isEmpty();
                }),
                app("tls: {secretName: certificate}\naliases: [www.example.org]", site -> {
                    assertThat(tls(site).getSecretName()).isEqualTo("certificate");
                    assertThat(tls(site).getHosts()).containsExactly("mysite.example.org", "www.example.org");
                    assertThat(site.status().url()).isEqualTo("https://mysite.example.org");
                    assertThat(site.variable("CSRF_TRUSTED_ORIGINS"))
                            .isEqualTo("https://mysite.example.org,https://www.example.org");
                }),
                app("tls: {issuer: ours}", site -> {
                    assertThat(ingress(site).getMetadata().getAnnotations())
                            .containsEntry("cert-manager.io/issuer", "ours")
                            .doesNotContainKey("cert-manager.io/cluster-issuer");
                    assertThat(tls(site).getSecretName()).isEqualTo("mysite-tls");
                }),
                app("tls: {clusterIssuer: letsencrypt}", site -> {
                    assertThat(ingress(site).getMetadata().getAnnotations())
                            .containsEntry("cert-manager.io/cluster-issuer", "letsencrypt")
                            .doesNotContainKey("cert-manager.io/issuer");
                    assertThat(tls(site).getSecretName()).isEqualTo("mysite-tls");
                }),
                environment("ingress: {tls: {clusterIssuer: letsencrypt}}", site -> {
                    assertThat(ingress(site).getMetadata().getAnnotations())
                            .containsEntry("cert-manager.io/cluster-issuer", "letsencrypt");
                    assertThat(tls(site).getHosts()).containsExactly("mysite.example.org");
                }),
                both("ingress: {tls: {clusterIssuer: letsencrypt}}", "tls: {secretName: certificate}", site -> {
                    assertThat(ingress(site).getMetadata().getAnnotations())
                            .doesNotContainKey("cert-manager.io/cluster-issuer");
                    assertThat(tls(site).getSecretName()).isEqualTo("certificate");
                }));
    }

    private static Knob pods(String pods, Consumer<PodSpec> then) {
        return everyPod(pods, template -> then.accept(template.getSpec()));
    }

    /** What all pods of an application have in common, with those of the migration. */
    private static Knob everyPod(String pods, Consumer<PodTemplateSpec> then) {
        var line = "pods: {" + pods + "}";
        return new Knob(line, "", EVERY_POD + line, site -> {
            COMPONENTS.stream().map(site::pods).forEach(then);
            then.accept(site.migration().getSpec().getTemplate());
        });
    }

    /** By path, what the user's own volumes of a component's container are. */
    private static Map<String, String> mounted(RenderedSite site, String component) {
        var mounted = new TreeMap<String, String>();
        var volumes = site.pods(component).getSpec().getVolumes();
        container(site, component).getVolumeMounts().stream()
                .filter(mount -> mount.getName().startsWith("mount-"))
                .forEach(mount -> volumes.stream()
                        .filter(volume -> volume.getName().equals(mount.getName()))
                        .forEach(volume -> mounted.put(mount.getMountPath(), source(volume))));
        return mounted;
    }

    private static String source(Volume volume) {
        return volume.getSecret() != null
                ? "Secret " + volume.getSecret().getSecretName()
                : volume.getConfigMap() != null
                        ? "ConfigMap " + volume.getConfigMap().getName()
                        : "PersistentVolumeClaim "
                                + volume.getPersistentVolumeClaim().getClaimName();
    }

    private static String caddyfile(RenderedSite site) {
        return String.valueOf(
                site.get(ConfigMap.class, "mysite-static").getData().get("Caddyfile"));
    }

    private static List<Container> copies(RenderedSite site) {
        return site.pods("static").getSpec().getInitContainers();
    }

    private static List<String> secretsRead(Container container) {
        return container.getEnvFrom().stream()
                .map(source -> source.getSecretRef().getName())
                .toList();
    }

    private static Ingress ingress(RenderedSite site) {
        return site.get(Ingress.class, "mysite");
    }

    private static IngressTLS tls(RenderedSite site) {
        assertThat(ingress(site).getSpec().getTls()).hasSize(1);
        return ingress(site).getSpec().getTls().getFirst();
    }
}
