package dev.nuages.core.djangoapp;

import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What pods are marked with, so that those are replaced that read what has changed.
 *
 * @param common of what all read
 * @param own of what one component's pods read beside it, by component
 */
record ConfigHashes(String common, SortedMap<String, String> own) {
    private static final String AND = "-";
    private static final String HELD = "held";

    /** Whose pods read a configuration of their own. */
    private static final Set<String> CADDIES = Set.of(StaticFiles.COMPONENT, Maintenance.COMPONENT);

    /** What a component's pods are marked with. */
    String of(String component) {
        var mine = own.get(component);
        return mine == null ? common : common + AND + mine;
    }

    /** The same of pods that read what was configured before, where nobody knows what that was: not what is wanted. */
    ConfigHashes held() {
        return new ConfigHashes(HELD, own);
    }

    /** Those that the pods of Django have now; empty where there are none. */
    static Optional<ConfigHashes> running(DjangoAppObserved seen) {
        var own = new TreeMap<String, String>();
        for (var object : seen.objects()) {
            mark(object)
                    .filter(mark -> mark.contains(AND))
                    .ifPresent(mark -> own.put(component(object), mark.substring(mark.indexOf(AND) + 1)));
        }
        return seen.objects().stream()
                .filter(object -> !CADDIES.contains(component(object)))
                .flatMap(object -> mark(object).stream())
                .findFirst()
                .map(mark -> new ConfigHashes(mark.contains(AND) ? mark.substring(0, mark.indexOf(AND)) : mark, own));
    }

    private static String component(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .orElse(Map.of())
                .getOrDefault(DjangoPod.COMPONENT_LABEL, "");
    }

    /** What a workload's pods are marked with; empty for what has none. */
    static Optional<String> mark(HasMetadata object) {
        PodTemplateSpec template = switch (object) {
            case Deployment deployment -> deployment.getSpec().getTemplate();
            case StatefulSet set -> set.getSpec().getTemplate();
            case CronJob task -> task.getSpec().getJobTemplate().getSpec().getTemplate();
            default -> null;
        };
        return Optional.ofNullable(template)
                .map(pods -> pods.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Nuages.CONFIG_ANNOTATION));
    }
}
