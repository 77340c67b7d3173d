package dev.nuages.local;

import dev.nuages.local.images.ImageArchive;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A real Kubernetes of one node on this machine, with its own containerd. What runs is looked for, not remembered: so it
 * may be interrupted anywhere, and goes on from what is there.
 */
public final class LocalCluster {
    private static final String CONTENT_LABEL = "nuages.dev/content";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Home home;
    private final Path root;
    private final ClusterFiles files;
    private final Daemons daemons;

    /**
     * Starts nothing yet.
     *
     * @param root the root of the repository, whose recipes the images are built by
     */
    public LocalCluster(Home home, Path root) {
        this.home = home;
        this.root = root;
        this.files = new ClusterFiles(home);
        this.daemons = new Daemons(home);
    }

    /** The administrator's kubeconfig. */
    public Path kubeconfig() {
        return home.kubeconfig();
    }

    /** kubectl, built if need be. */
    public Path kubectl(Progress progress) {
        try {
            return Path.of(components(progress).program("kubectl"));
        } catch (IOException e) {
            throw new LocalClusterException("kubectl is not to be had: " + e.getMessage(), e);
        }
    }

    /**
     * Brings it up.
     *
     * @return whether anything had to be done
     * @throws LocalClusterException in one sentence, which names the log to read
     */
    public boolean up(Progress progress) {
        return locked(() -> {
            MachineChecks.insist(home, progress);
            ClusterComponents components = components(progress);
            ClusterAddons addons = new ClusterAddons(home, root);
            Map<String, ImageArchive> images = addons.images(progress);
            boolean started = progress.step("Start Kubernetes", step -> {
                boolean changed = start(components, images);
                if (changed) {
                    step.done("node " + ClusterFiles.NODE + " is ready");
                } else {
                    step.unchanged("it runs");
                }
                return changed;
            });
            try (KubernetesClient client = client()) {
                return addons.apply(client, images, progress) || started;
            }
        });
    }

    /**
     * Stops it and leaves nothing running; its data stays for the next {@link #up}.
     *
     * @param purge also deletes its data, and all that was built for it
     */
    public void down(Progress progress, boolean purge) {
        locked(() -> progress.step("Stop Kubernetes", step -> {
            new Teardown(home, daemons).run();
            step.done("nothing of it runs");
            return true;
        }));
        if (purge) {
            progress.step("Delete its data and caches", step -> {
                Teardown.delete(home.root());
                step.done(home.root() + " is gone");
                return true;
            });
        }
    }

    /** Puts an image where the cluster's pods find it; false if it was there already. */
    public boolean load(ImageArchive image) throws IOException, InterruptedException {
        String label = CONTENT_LABEL + "=" + image.key();
        if (ctr("list", "name==" + image.ref()).contains(label)) {
            return false;
        }
        ctr("import", image.path().toString());
        ctr("label", image.ref(), label);
        return true;
    }

    private String ctr(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("ctr", "--address", home.containerdSocket().toString(), "--namespace", "k8s.io", "images"));
        command.addAll(List.of(arguments));
        return Command.run(command);
    }

    private ClusterComponents components(Progress progress) {
        Binaries binaries = new Binaries(home.binaries());
        return new ClusterComponents(
                home, files, binaries.get(GoProgram.ETCD, progress), binaries.get(GoProgram.KUBERNETES, progress));
    }

    private boolean start(ClusterComponents components, Map<String, ImageArchive> images)
            throws IOException, InterruptedException {
        Files.createDirectories(home.cluster().resolve("run"));
        boolean changed = Network.create(home.cluster());
        files.issueCertificates(Instant.now());
        files.writeConfigs(
                Objects.requireNonNull(images.get(ClusterAddons.PAUSE)).ref());
        for (Component component : components.all()) {
            if (component.name().equals("kubelet")) {
                await("containerd", () -> Files.exists(home.containerdSocket()));
                for (ImageArchive image : images.values()) {
                    load(image);
                }
            }
            changed |= daemons.ensure(component);
            if (component.name().equals("kube-apiserver")) {
                // The controller manager ends where it finds none.
                awaitWith("kube-apiserver", LocalCluster::answers);
            }
        }
        awaitWith("kubelet", LocalCluster::nodeReady);
        return changed;
    }

    private KubernetesClient client() {
        Config config = Config.fromKubeconfig(kubeconfig().toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void awaitWith(String component, Predicate<KubernetesClient> ready) throws InterruptedException {
        try (KubernetesClient client = client()) {
            await(component, () -> ready.test(client));
        }
    }

    private static boolean answers(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private static boolean nodeReady(KubernetesClient client) {
        try {
            Node node = client.nodes().withName(ClusterFiles.NODE).get();
            return node != null
                    && node.getStatus().getConditions().stream()
                            .anyMatch(c ->
                                    c.getType().equals("Ready") && c.getStatus().equals("True"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private void await(String component, BooleanSupplier ready) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!ready.getAsBoolean()) {
            if (!daemons.runs(component)) {
                throw new LocalClusterException("%s ended as it started; see %s."
                        .formatted(component, home.logs().resolve(component + ".log")));
            }
            if (Instant.now().isAfter(deadline)) {
                throw new LocalClusterException("%s was not ready in %d s; see %s."
                        .formatted(component, PATIENCE.toSeconds(), home.logs().resolve(component + ".log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Work on the cluster's files. */
    @FunctionalInterface
    private interface Work {
        boolean run() throws Exception;
    }

    private boolean locked(Work work) {
        try {
            Files.createDirectories(home.root());
            try (FileChannel channel = FileChannel.open(
                            home.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return work.run();
            }
        } catch (LocalClusterException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalClusterException("Interrupted; the next run goes on from here.", e);
        } catch (Exception e) {
            throw new LocalClusterException("The local cluster did not start: " + e.getMessage(), e);
        }
    }
}
