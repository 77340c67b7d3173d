package dev.nuages.cli;

import dev.nuages.local.ServerSideApply;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.VersionInfo;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Puts the CRDs and the operator on a cluster.
 *
 * @param client the cluster
 * @param chart ours
 * @param apply how it is written
 * @param kubectl how its user calls kubectl for it
 * @param say hears what is done, a few words at a time
 */
record OperatorInstall(
        KubernetesClient client, Chart chart, ServerSideApply apply, String kubectl, Consumer<String> say) {
    static final String NAMESPACE = "nuages-system";
    static final String DEPLOYMENT = "nuages-operator";
    static final String FIELD_MANAGER = "nuages-cli";
    private static final long ROLLOUT_SECONDS = 180;

    /**
     * Returns when the operator of this image runs and is ready.
     *
     * @return how many objects were written: 0 if all was so already
     * @throws Refusal if it doesn't become ready in time, with what its pods wait for
     */
    int install(String image) {
        int written = write(chart.crds());
        chart.crds().forEach(this::awaitEstablished);
        written += write(List.of(namespace()));
        List<HasMetadata> objects = chart.objects(NAMESPACE, Map.of("image.reference", image));
        written += write(objects);
        objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .forEach(this::awaitRollout);
        return written;
    }

    /**
     * Looks whether the cluster is new enough.
     *
     * @throws Refusal if it is not: pods that end by a preStop sleep would be refused there, one by one
     */
    void requireKubernetes() {
        VersionInfo version = client.getKubernetesVersion();
        requireKubernetes(version.getMajor(), version.getMinor(), chart.oldestKubernetes());
    }

    /**
     * @param minor such as {@code 34}, or {@code 34+} as some clouds have it
     */
    static void requireKubernetes(String major, String minor, int oldest) {
        String digits = minor.replaceFirst("\\D.*", "");
        if (major.equals("1") && !digits.isEmpty() && Integer.parseInt(digits) < oldest) {
            throw new Refusal("the cluster runs Kubernetes 1." + digits + ", and Nuages needs 1." + oldest
                    + " or later: upgrade it, or name the context of another one");
        }
    }

    private int write(List<HasMetadata> objects) {
        int written = 0;
        for (HasMetadata object : objects) {
            ServerSideApply.Outcome outcome = write(object);
            if (outcome != ServerSideApply.Outcome.UNCHANGED) {
                written++;
                say.accept(object.getKind() + " " + object.getMetadata().getName() + " "
                        + outcome.name().toLowerCase(java.util.Locale.ROOT));
            }
        }
        return written;
    }

    private ServerSideApply.Outcome write(HasMetadata object) {
        try {
            return apply.apply(object);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            throw new Refusal(
                    object.getKind() + " " + object.getMetadata().getName()
                            + " is there, and something else has a say in it: "
                            + e.getStatus().getMessage(),
                    e);
        }
    }

    private static Namespace namespace() {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("app.kubernetes.io/part-of", "nuages")
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build();
    }

    private void awaitEstablished(HasMetadata crd) {
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd.getMetadata().getName())
                .waitUntilCondition(OperatorInstall::established, 30, TimeUnit.SECONDS);
    }

    private static boolean established(CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    private void awaitRollout(Deployment wanted) {
        say.accept("waiting for the operator to be ready");
        try {
            client.apps()
                    .deployments()
                    .inNamespace(NAMESPACE)
                    .withName(wanted.getMetadata().getName())
                    .waitUntilCondition(OperatorInstall::rolledOut, ROLLOUT_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new Refusal(
                    "the operator is not ready after " + ROLLOUT_SECONDS + " s: " + whatItsPodsWaitFor() + "; `"
                            + kubectl + " -n " + NAMESPACE + " describe pods` says more",
                    e);
        }
    }

    private static boolean rolledOut(Deployment deployment) {
        if (deployment == null || deployment.getStatus() == null) {
            return false;
        }
        var status = deployment.getStatus();
        int wanted = deployment.getSpec().getReplicas();
        return Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && Objects.requireNonNullElse(status.getReplicas(), 0) == wanted
                && Objects.requireNonNullElse(status.getUpdatedReplicas(), 0) == wanted
                && Objects.requireNonNullElse(status.getAvailableReplicas(), 0) == wanted;
    }

    private String whatItsPodsWaitFor() {
        String reasons = client
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", DEPLOYMENT)
                .list()
                .getItems()
                .stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(container -> container.getState().getWaiting())
                .filter(Objects::nonNull)
                .map(OperatorInstall::reason)
                .distinct()
                .collect(Collectors.joining(", "));
        return reasons.isEmpty() ? "no container of its says why" : reasons;
    }

    private static String reason(ContainerStateWaiting waiting) {
        return waiting.getMessage() == null
                ? waiting.getReason()
                : waiting.getReason() + " (" + waiting.getMessage() + ")";
    }
}
