package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Ownership;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What somebody does to an object of ours who does not know whose it is. */
final class CarelessChange {
    private static final Map<String, String> BY_KIND = Map.ofEntries(
            Map.entry("Deployment", "spec: {paused: true, template: {spec: {automountServiceAccountToken: true}}}"),
            Map.entry("StatefulSet", "spec: {template: {spec: {automountServiceAccountToken: true}}}"),
            Map.entry("CronJob", "spec: {schedule: '0 0 1 1 *'}"),
            Map.entry("Service", "spec: {selector: {app.kubernetes.io/component: nobody, of: nobody}}"),
            Map.entry("ServiceAccount", "automountServiceAccountToken: true"),
            Map.entry("ConfigMap", "data: {Caddyfile: careless}"),
            Map.entry("HorizontalPodAutoscaler", "spec: {maxReplicas: 99}"),
            Map.entry("PodDisruptionBudget", "spec: {maxUnavailable: 99}"),
            Map.entry("Ingress", "spec: {rules: [{host: elsewhere.example.org}]}"),
            Map.entry("HTTPRoute", "spec: {hostnames: [elsewhere.example.org]}"),
            Map.entry("ScaledObject", "spec: {maxReplicaCount: 99}"),
            Map.entry("TriggerAuthentication", "spec: {secretTargetRef: []}"),
            Map.entry("PostgresServer", "spec: {deletionPolicy: Delete}"),
            Map.entry("PostgresDatabase", "spec: {deletionPolicy: Delete}"),
            Map.entry("RedisInstance", "spec: {deletionPolicy: Delete}"),
            Map.entry("RabbitmqVhost", "spec: {deletionPolicy: Delete}"));

    private CarelessChange() {}

    /** A value that is generated once is not put back: of what holds one, and of data, a label is changed. */
    static String of(HasMetadata object) {
        if (holdsData(object)) {
            return json("metadata: {labels: {nuages.dev/owner-kind: Nobody}}");
        }
        if (object instanceof Secret secret) {
            var key = new TreeSet<>(secret.getData().keySet()).first();
            return json("data: {" + key + ": AAAA" + secret.getData().get(key) + "}");
        }
        return json(Objects.requireNonNull(BY_KIND.get(object.getKind()), object.getKind()));
    }

    static boolean holdsData(HasMetadata object) {
        return isGenerated(object) || object instanceof PersistentVolumeClaim;
    }

    private static boolean isGenerated(HasMetadata object) {
        return !Ownership.annotation(object, Nuages.GENERATED_FOR_ANNOTATION).isEmpty();
    }

    private static String json(String yaml) {
        return Yaml.document(yaml).toString();
    }
}
