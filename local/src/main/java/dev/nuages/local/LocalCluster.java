package dev.nuages.local;

import dev.nuages.local.images.BuildProcesses;
import dev.nuages.local.images.ImageArchive;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real Kubernetes of one node on this machine, with its own containerd. What runs is looked for, not remembered: so it
 * may be interrupted anywhere, and goes on from what is there.
 */
public final class LocalCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Home home;
    private final Path root;
    private final KubernetesSerialization reading;
    private final ClusterFiles files;
    private final Daemons daemons;
    private final ContainerImages images;
    private final Set<ImageArchive> needed = new HashSet<>();
    private @Nullable KubernetesClient client;
    private String credential = "";

    /**
     * Starts nothing yet.
     *
     * @param root the root of the repository, whose recipes the images are built by
     * @param reading how {@link #client()} reads objects
     */
    public LocalCluster(Home home, Path root, KubernetesSerialization reading) {
        this.home = home;
        this.root = root;
        this.reading = reading;
        this.files = new ClusterFiles(home);
        this.daemons = new Daemons(home);
        this.images = new ContainerImages(home.containerdSocket());
    }

    /** The administrator's kubeconfig. */
    public Path kubeconfig() {
        return home.kubeconfig();
    }

    /** kubectl, built if need be. */
    public Path kubectl(Progress progress) {
        try {
            return components(progress).linkKubectl();
        } catch (IOException e) {
            throw new LocalClusterException("kubectl is not to be had: " + Failure.words(e), e);
        }
    }

    /**
     * Does something with it that nobody else may disturb, as {@code up} and {@code down} must.
     *
     * @param name what it is, such as {@code up}; whoever comes then hears it
     */
    public <T> T alone(String name, Progress progress, Callable<T> work) {
        return held(name, holder -> progress.say(waitsFor(holder)), work);
    }

    /**
     * Gets the machine ready for {@link #up}, and for images to be built. Only within {@link #alone}.
     *
     * @throws LocalClusterException in one sentence, if it cannot be
     */
    public void prepare(Progress progress) {
        connectAhead();
        MachineChecks.insist(home, progress);
        new BuildProcesses(home.root()).endOrphans();
    }

    /**
     * Brings it up on a machine that is prepared. Only within {@link #alone}.
     *
     * @return whether anything had to be done
     * @throws LocalClusterException in one sentence, which names the log to read
     */
    public boolean up(Progress progress) {
        ClusterComponents components = components(progress);
        ClusterAddons addons = new ClusterAddons(home, root, files);
        Map<String, ImageArchive> archives = addons.images(progress);
        boolean started = progress.step("Start Kubernetes", step -> {
            boolean changed = start(components, archives);
            if (changed) {
                step.done("node " + ClusterFiles.NODE + " is ready");
            } else {
                step.unchanged("it runs");
            }
            return changed;
        });
        return addons.apply(client(), archives, progress) || started;
    }

    /** Waits for what takes longest to be ready, and is first needed when all the rest runs. */
    public void awaitMetrics(Progress progress) {
        ClusterAddons.awaitMetrics(client(), progress);
    }

    /**
     * Stops it and leaves nothing running; its data stays for the next {@link #up}. An {@code up} that is under way is ended
     * first.
     *
     * @param purge also deletes its data, and the binaries and images that were built for it; its folder goes with them,
     *     if nobody else has put something there
     */
    public void down(Progress progress, boolean purge) {
        held("down", holder -> progress.say(ends(holder) ? "Ending " + named(holder) + "." : waitsFor(holder)), () -> {
            progress.step("Stop Kubernetes", step -> {
                new BuildProcesses(home.root()).endOrphans();
                step.done(new Teardown(home, daemons).run());
                return true;
            });
            if (purge) {
                progress.step("Delete its data and caches", step -> {
                    Teardown.purge(home);
                    step.done(
                            Files.exists(home.root())
                                    ? "in " + home.root() + " is only what others put there"
                                    : home.root() + " is gone");
                    return true;
                });
            }
            return true;
        });
    }

    /** Ends an {@code up}, which may be killed at any time; anything else is left to come to its end. */
    private static boolean ends(ClusterLock.Holder holder) {
        return holder.work().equals("up")
                && ProcessHandle.of(holder.pid())
                        .filter(process -> process.info().command().orElse("").endsWith("/java"))
                        .map(ProcessHandle::destroy)
                        .orElse(false);
    }

    private static String waitsFor(ClusterLock.Holder holder) {
        return "Waiting for " + named(holder) + ", which is at work on the cluster.";
    }

    private static String named(ClusterLock.Holder holder) {
        return "`nuages %s` (process %d)".formatted(holder.work(), holder.pid());
    }

    /** Puts an image where the cluster's pods find it; false if it was there already. */
    public boolean load(ImageArchive image) throws IOException, InterruptedException {
        needed.add(image);
        return images.load(image);
    }

    /**
     * The id by which pods' status knows an image that was loaded.
     *
     * @param ref its name, such as {@code nuages.local/mysite:1.0}
     * @return empty if no image of that name was loaded
     */
    public Optional<String> imageId(String ref) {
        return needed.stream()
                .filter(image -> image.ref().equals(ref))
                .map(ContainerImages::id)
                .findFirst();
    }

    /** Forgets the images that those loaded since have replaced, and no pod runs any more. */
    public void forgetReplacedImages() throws IOException, InterruptedException {
        images.forgetReplaced(needed, new LastSeen(client()).images());
    }

    private ClusterComponents components(Progress progress) {
        Binaries binaries = new Binaries(home);
        return new ClusterComponents(
                home,
                files,
                binaries.get(GoProgram.ETCD, progress),
                binaries.get(GoProgram.KUBERNETES, progress),
                binaries.get(GoProgram.KUBECTL, progress));
    }

    private boolean start(ClusterComponents components, Map<String, ImageArchive> archives)
            throws IOException, InterruptedException {
        if (!daemons.runs("containerd") && !daemons.hasShims()) {
            // Whatever is left is of before a reboot, or of those who were killed.
            new Teardown(home, daemons).forgetContainers();
        }
        Files.createDirectories(home.cluster().resolve("run"));
        components.linkKubectl();
        boolean changed = Network.create(home.cluster());
        files.issueCertificates(Instant.now());
        files.writeConfigs(
                Objects.requireNonNull(archives.get(ClusterAddons.PAUSE)).ref());
        for (Component component : components.all()) {
            if (component.name().equals("kubelet")) {
                beforeKubelet(archives);
            }
            changed |= daemons.ensure(component);
            if (component.name().equals("kube-apiserver")) {
                // The controller manager ends where it finds none.
                awaitWith("kube-apiserver", LocalCluster::answers);
            }
        }
        awaitWith("kubelet", LocalCluster::nodeReady);
        new Binaries(home).forgetUnused(Instant.now());
        return changed;
    }

    private void beforeKubelet(Map<String, ImageArchive> archives) throws IOException, InterruptedException {
        await("containerd", () -> Sockets.listens(home.containerdSocket()));
        for (ImageArchive archive : archives.values()) {
            load(archive);
        }
        if (!daemons.runs("kubelet") && !daemons.hasShims()) {
            new LastSeen(client()).isOver();
        }
    }

    /**
     * Makes the client, and its first connection, beside other work: of all that is asked of a cluster that runs, these take
     * the longest. What goes wrong with it is said where the client is needed.
     */
    private void connectAhead() {
        if (Files.exists(kubeconfig())) {
            Thread.ofVirtual().name("connect-ahead").start(() -> {
                try {
                    answers(client());
                } catch (RuntimeException saidLater) {
                    return;
                }
            });
        }
    }

    /**
     * An administrator's, which is closed with this. One for all that is asked, until the credential is made anew: to make
     * one takes longer than to ask.
     */
    public synchronized KubernetesClient client() {
        String now = read(kubeconfig());
        if (client == null || !credential.equals(now)) {
            close();
            Config config = Config.fromKubeconfig(now);
            config.setRequestRetryBackoffLimit(0);
            client = new KubernetesClientBuilder()
                    .withConfig(config)
                    .withKubernetesSerialization(reading)
                    .build();
            credential = now;
        }
        return client;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new LocalClusterException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Ends its connections to the cluster, which runs on. */
    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
    }

    private void awaitWith(String component, Predicate<KubernetesClient> ready) throws InterruptedException {
        KubernetesClient asking = client();
        await(component, () -> ready.test(asking));
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

    private <T> T held(String name, Consumer<ClusterLock.Holder> inTheWay, Callable<T> work) {
        try (ClusterLock _ = ClusterLock.take(home, name, inTheWay)) {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalClusterException("Interrupted; the next run goes on from here.", e);
        } catch (Exception e) {
            throw new LocalClusterException("The local cluster is not to be had: " + Failure.words(e), e);
        }
    }
}
