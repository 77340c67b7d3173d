package dev.nuages.cli;

import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Puts aside the operator in the cluster for as long as another runs in its place. */
final class DevStandIn implements AutoCloseable {
    private static final String ACCOUNT = "nuages-operator";
    private static final long TOKEN_SECONDS = 24 * 60 * 60L;
    private static final long PODS_GONE_SECONDS = 60;

    private final RollableScalableResource<Deployment> deployment;
    private final int replicas;
    private final Path kubeconfig;
    private boolean closed;

    private DevStandIn(RollableScalableResource<Deployment> deployment, int replicas, Path kubeconfig) {
        this.deployment = deployment;
        this.replicas = replicas;
        this.kubeconfig = kubeconfig;
    }

    /**
     * Takes a credential of the operator's ServiceAccount; nothing is put aside yet.
     *
     * @param work a folder for the credential
     */
    static DevStandIn prepare(KubernetesClient client, Path work) throws IOException {
        var deployment = client.apps()
                .deployments()
                .inNamespace(OperatorInstall.NAMESPACE)
                .withName(OperatorInstall.DEPLOYMENT);
        Deployment found = deployment.get();
        if (found == null) {
            throw new Refusal("there is no operator in the cluster to stand in for: run `nuages up` first");
        }
        Path kubeconfig = kubeconfig(client, work);
        // 0 is what a loop that was killed leaves behind.
        return new DevStandIn(deployment, Math.max(1, found.getSpec().getReplicas()), kubeconfig);
    }

    /** Scales the operator to nothing and waits until its pods are gone. What was given back before stays so. */
    void takeOver(KubernetesClient client) {
        synchronized (this) {
            if (closed) {
                throw new Refusal("interrupted");
            }
            deployment.scale(0);
        }
        awaitNoPods(client);
    }

    private void awaitNoPods(KubernetesClient client) {
        try {
            client.pods()
                    .inNamespace(OperatorInstall.NAMESPACE)
                    .withLabel("app.kubernetes.io/name", OperatorInstall.DEPLOYMENT)
                    .informOnCondition(List::isEmpty)
                    .get(PODS_GONE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            giveBack();
            throw new Refusal("the operator in the cluster did not stop within " + PODS_GONE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveBack();
            throw new Refusal("interrupted", e);
        }
    }

    private static Path kubeconfig(KubernetesClient client, Path work) throws IOException {
        String token = client.serviceAccounts()
                .inNamespace(OperatorInstall.NAMESPACE)
                .withName(ACCOUNT)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(TOKEN_SECONDS)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        var config = new ConfigBuilder()
                .addNewCluster()
                .withName("nuages")
                .withNewCluster()
                .withServer(client.getMasterUrl().toString())
                .withCertificateAuthorityData(client.getConfiguration().getCaCertData())
                .withCertificateAuthority(client.getConfiguration().getCaCertFile())
                .endCluster()
                .endCluster()
                .addNewUser()
                .withName(ACCOUNT)
                .withNewUser()
                .withToken(token)
                .endUser()
                .endUser()
                .addNewContext()
                .withName(ACCOUNT)
                .withNewContext()
                .withCluster("nuages")
                .withUser(ACCOUNT)
                .withNamespace(OperatorInstall.NAMESPACE)
                .endContext()
                .endContext()
                .withCurrentContext(ACCOUNT)
                .build();
        Files.createDirectories(work);
        Path file = work.resolve("kubeconfig");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Serialization.asYaml(config));
        return file;
    }

    /** The credential. */
    Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void close() {
        giveBack();
    }

    /** Brings the operator in the cluster back, once. */
    synchronized void giveBack() {
        if (!closed) {
            closed = true;
            deployment.scale(replicas);
        }
    }
}
