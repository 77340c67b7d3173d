package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.local.LocalCluster;
import dev.nuages.local.LocalClusterException;
import dev.nuages.local.Progress;
import dev.nuages.local.ServerSideApply;
import dev.nuages.local.images.ImageArchive;
import dev.nuages.local.images.ImageBuild;
import dev.nuages.local.images.Images;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * From a machine to a site that is Ready: the local cluster, the operator, an environment, and the example.
 *
 * @param folders where things are
 * @param progress hears of each step
 */
record LocalUp(Folders folders, Progress progress) {
    private static final String NAMESPACE = "default";
    private static final String EXAMPLE = "mysite";
    private static final Duration FIRST_TIME = Duration.ofMinutes(5);

    /**
     * Does only what is missing.
     *
     * @return what came of it
     */
    Result run(LocalCluster cluster) {
        return cluster.alone("up", progress, () -> {
            cluster.prepare(progress);
            // What is fetched and unpacked for them takes as long as much of what is compiled for the cluster.
            CompletableFuture<List<ImageArchive>> images = CompletableFuture.supplyAsync(
                    this::buildImages, task -> Thread.ofVirtual().start(task));
            boolean changed = cluster.up(progress);
            Provided provided = provideImages(cluster, join(images));
            changed |= provided.changed();
            KubernetesClient client = cluster.client();
            changed |= installOperator(client, provided.operator());
            changed |= createMissing(client, folders.root().resolve("examples/environment.yaml"));
            boolean created = createMissing(client, folders.root().resolve("examples/mysite/mysite.yaml"));
            List<String> renewed = renew(client, cluster);
            changed |= created || !renewed.isEmpty();
            boolean ours = created || renewed.contains(NAMESPACE + "/" + EXAMPLE);
            DjangoApp example = awaitExample(client, ours, AppProgress.PASSING);
            cluster.awaitMetrics(progress);
            if (changed) {
                cluster.forgetReplacedImages();
            }
            return new Result(changed, example);
        });
    }

    /**
     * What came of it.
     *
     * @param changed false if all was there already
     * @param example the example, settled
     */
    record Result(boolean changed, DjangoApp example) {}

    /** Where the pods find the operator's image, and whether any image had to be put there. */
    private record Provided(String operator, boolean changed) {}

    private List<ImageArchive> buildImages() {
        return progress.step("Build the images", step -> {
            AtomicInteger built = new AtomicInteger();
            List<Path> jars = Images.jars(folders.build().resolve("operator"));
            List<ImageArchive> images =
                    ImageBuild.buildAll(folders.root(), folders.home().root(), jars, sentence -> {
                        built.incrementAndGet();
                        step.detail(sentence);
                    });
            if (built.get() == 0) {
                step.unchanged("built before");
            } else {
                step.done(images.size() + " images");
            }
            return images;
        });
    }

    /** What was done meanwhile; what went wrong with it goes wrong here. */
    private static <T> T join(CompletableFuture<T> meanwhile) {
        try {
            return meanwhile.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LocalClusterException sentence ? sentence : e;
        }
    }

    private Provided provideImages(LocalCluster cluster, List<ImageArchive> images) {
        return progress.step("Provide the images", step -> {
            int loaded = 0;
            String operator = "";
            for (ImageArchive image : images) {
                step.detail("loading " + image.ref());
                if (cluster.load(image)) {
                    loaded++;
                }
                if (image.ref().contains("/operator:")) {
                    operator = image.ref();
                }
            }
            if (loaded == 0) {
                step.unchanged("they are there");
            } else {
                step.done(loaded + " of " + images.size() + " loaded");
            }
            return new Provided(operator, loaded > 0);
        });
    }

    private boolean installOperator(KubernetesClient client, String image) {
        return progress.step("Install the operator", step -> {
            var install = new OperatorInstall(
                    client,
                    new Chart(folders.chart(), client.getKubernetesSerialization()),
                    new ServerSideApply(client, OperatorInstall.FIELD_MANAGER, true),
                    Connection.LOCAL_KUBECTL,
                    step::detail);
            int written = install.install(image);
            if (written == 0) {
                step.unchanged("it runs");
            } else {
                step.done(written + " objects written");
            }
            return written > 0;
        });
    }

    /** What is there is the user's: he may have deployed another version since. */
    private boolean createMissing(KubernetesClient client, Path manifest) {
        return progress.step("Create " + folders.root().relativize(manifest), step -> {
            int created = 0;
            for (HasMetadata object : objects(client, manifest)) {
                if (client.resource(object).get() == null) {
                    client.resource(object).create();
                    created++;
                }
            }
            if (created == 0) {
                step.unchanged("it is there");
            } else {
                step.done("created");
            }
            return created > 0;
        });
    }

    private static List<HasMetadata> objects(KubernetesClient client, Path manifest) {
        try (var in = Files.newInputStream(manifest)) {
            List<HasMetadata> objects = client.load(in).items();
            objects.stream()
                    .filter(object -> object.getMetadata().getNamespace() == null)
                    .filter(object -> object.getKind().equals(HasMetadata.getKind(DjangoApp.class)))
                    .forEach(object -> object.getMetadata().setNamespace(NAMESPACE));
            return objects;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On a cluster of your own, a new content has a new version. */
    private List<String> renew(KubernetesClient client, LocalCluster cluster) {
        return progress.step("Renew the sites whose images were rebuilt", step -> {
            List<String> renewed = new RebuiltImages(client, cluster::imageId, FIRST_TIME, step::detail).renew();
            if (renewed.isEmpty()) {
                step.unchanged("there is none");
            } else {
                step.done(String.join(", ", renewed) + " migrated and restarted");
            }
            return renewed;
        });
    }

    /**
     * @param ours whether this run made it, or brought it to what it is: then an Error is no wish of its user's
     * @param passing how long an Error may be there that is that of before
     */
    DjangoApp awaitExample(KubernetesClient client, boolean ours, Duration passing) {
        return progress.step("Run the example site", step -> {
            long began = System.nanoTime();
            var wait = new AppProgress(client, step::detail, passing);
            DjangoApp app = wait.awaitSettled(NAMESPACE, EXAMPLE, FIRST_TIME);
            boolean ran = isSo(client, app);
            while (!isSo(client, app)) {
                // The status may be that of yesterday, until the operator and the node have looked.
                if (System.nanoTime() - began > FIRST_TIME.toNanos()) {
                    throw new Refusal(EXAMPLE + " is Ready, but after " + FIRST_TIME.toSeconds() + " s its address "
                            + app.getStatus().url() + " says: "
                            + SiteAnswer.of(address(app)).line());
                }
                step.detail("waiting for an answer from " + app.getStatus().url());
                TimeUnit.MILLISECONDS.sleep(200);
                app = wait.awaitSettled(NAMESPACE, EXAMPLE, FIRST_TIME);
            }
            Settled settled = Settled.of(app).orElseThrow();
            if (ours && settled == Settled.IN_ERROR) {
                throw new Refusal(EXAMPLE + " " + settled.words(app));
            }
            String outcome = settled == Settled.READY
                    ? "Ready at version " + app.getSpec().version() + ", and answers"
                    : "it " + settled.words(app);
            if (ran) {
                step.unchanged(outcome);
            } else {
                step.done(outcome);
            }
            return app;
        });
    }

    /**
     * Whether what its status says is so now: the pods that are to answer run on a node that lives, and what comes through
     * the ingress is what they say.
     */
    private static boolean isSo(KubernetesClient client, DjangoApp app) {
        Settled settled = Settled.of(app).orElseThrow();
        if (!settled.answers()) {
            return true;
        }
        boolean closed = settled == Settled.IN_MAINTENANCE;
        Deployment answering = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(EXAMPLE + (closed ? "-maintenance" : "-web"))
                .get();
        if (answering == null || !Readiness.isDeploymentReady(answering)) {
            return false;
        }
        SiteAnswer answer = SiteAnswer.of(address(app));
        return closed ? answer.isUnavailable() : answer.isFine();
    }

    private static URI address(DjangoApp app) {
        return URI.create(app.getStatus().url() + "/");
    }
}
