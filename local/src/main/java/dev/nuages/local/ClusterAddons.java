package dev.nuages.local;

import dev.nuages.local.images.Image;
import dev.nuages.local.images.ImageArchive;
import dev.nuages.local.images.ImageBuild;
import dev.nuages.local.images.Images;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a cluster needs to be of use: names, volumes, and a way in.
 *
 * @param root the root of the repository
 * @param files where the certificates are
 */
record ClusterAddons(Home home, Path root, ClusterFiles files) {
    static final String PAUSE = "pause";

    private static final List<String> MANIFESTS =
            List.of("strangers", "kubelet-client", "coredns", "local-path", "traefik", "metrics-server");
    private static final long PATIENCE_SECONDS = 90;

    /** Each add-on's image by its name, built if need be. */
    Map<String, ImageArchive> images(Progress progress) {
        Binaries binaries = new Binaries(home);
        Map<String, Path> programs = new LinkedHashMap<>();
        programs.put(PAUSE, binaries.get(GoProgram.PAUSE, progress));
        programs.put("coredns", binaries.get(GoProgram.COREDNS, progress));
        programs.put("local-path-provisioner", binaries.get(GoProgram.LOCAL_PATH_PROVISIONER, progress));
        programs.put(ClusterFiles.METRICS_SERVER, binaries.get(GoProgram.METRICS_SERVER, progress));
        return progress.step("Build the add-ons' images", step -> {
            Images images = new Images(root);
            List<Image> wanted = new ArrayList<>();
            programs.forEach((name, binary) -> wanted.add(images.program(name, Image.BY_CONTENT, binary)));
            wanted.add(images.traefik());
            wanted.add(images.python());
            Map<String, ImageArchive> built = new LinkedHashMap<>();
            AtomicBoolean changed = new AtomicBoolean();
            List<ImageArchive> archives = ImageBuild.build(wanted, home.root(), sentence -> {
                changed.set(true);
                step.detail(sentence);
            });
            for (int i = 0; i < wanted.size(); i++) {
                built.put(wanted.get(i).name(), archives.get(i));
            }
            if (changed.get()) {
                step.done(built.size() + " images");
            } else {
                step.unchanged("built before");
            }
            return built;
        });
    }

    /** Applies what differs, waits until all of it runs, and says whether anything differed. */
    boolean apply(KubernetesClient client, Map<String, ImageArchive> images, Progress progress) {
        return progress.step("Run the add-ons", step -> {
            boolean changed = false;
            List<Deployment> deployments = new ArrayList<>();
            ServerSideApply apply = new ServerSideApply(client, "nuages-local", true);
            for (HasMetadata object : manifests(images, client.getKubernetesSerialization())) {
                changed |= apply.apply(object) != ServerSideApply.Outcome.UNCHANGED;
                if (object instanceof Deployment deployment) {
                    deployments.add(deployment);
                }
            }
            // Metrics are there once they were measured, and nothing else waits for them.
            deployments.removeIf(
                    deployment -> deployment.getMetadata().getName().equals(ClusterFiles.METRICS_SERVER));
            for (Deployment deployment : deployments) {
                step.detail("waiting for " + deployment.getMetadata().getName());
                await(client.resource(deployment), deployment.getMetadata().getName());
            }
            if (changed) {
                step.done("CoreDNS, local-path-provisioner and Traefik run");
            } else {
                step.unchanged("they run");
            }
            return changed;
        });
    }

    /** Waits until {@code kubectl top} answers, some ten seconds after the start. */
    static boolean awaitMetrics(KubernetesClient client, Progress progress) {
        return progress.step("Measure what pods use", step -> {
            var deployment =
                    client.apps().deployments().inNamespace("kube-system").withName(ClusterFiles.METRICS_SERVER);
            if (deployment.isReady()) {
                step.unchanged("metrics-server does");
                return false;
            }
            await(deployment, ClusterFiles.METRICS_SERVER);
            step.done("metrics-server does");
            return true;
        });
    }

    private static void await(Resource<Deployment> deployment, String name) {
        try {
            deployment.waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new LocalClusterException(
                    "%s is not ready after %d s; `nuages kubectl -n kube-system describe pods` says more."
                            .formatted(name, PATIENCE_SECONDS),
                    e);
        }
    }

    List<HasMetadata> manifests(Map<String, ImageArchive> images, KubernetesSerialization yaml) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        images.forEach((name, image) -> values.put(name, image.ref()));
        values.put("base", Objects.requireNonNull(images.get("python")).ref());
        values.put("dns", Network.DNS);
        for (String file : List.of("ca.crt", "metrics-server.crt", "metrics-server.key")) {
            values.put(file, Base64.getEncoder().encodeToString(Files.readAllBytes(files.pki(file))));
        }
        values.put("volumes", home.cluster().resolve("volumes").toString());
        List<HasMetadata> objects = new ArrayList<>();
        for (String manifest : MANIFESTS) {
            try (var in = ClusterAddons.class.getResourceAsStream("addons/" + manifest + ".yaml")) {
                String text = new String(Objects.requireNonNull(in, manifest).readAllBytes(), StandardCharsets.UTF_8);
                for (var value : values.entrySet()) {
                    text = text.replace("${" + value.getKey() + "}", value.getValue());
                }
                for (String document : text.split("(?m)^---$", -1)) {
                    objects.add(yaml.unmarshal(document));
                }
            }
        }
        return objects;
    }
}
