package dev.nuages.core.djangoapp;

import dev.nuages.core.Containers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all processes of an application have in common. */
final class DjangoContainer {
    private DjangoContainer() {}

    /** A container of the image that finds its configuration in its environment and under {@link Config#FOLDER}. */
    static Container of(
            AppNames names,
            String component,
            String image,
            String version,
            String settings,
            @Nullable ResourceRequirements resources,
            List<EnvVar> moreVariables) {
        var variables = new ArrayList<EnvVar>();
        variables.add(new EnvVar("DJANGO_SETTINGS_MODULE", settings, null));
        variables.add(new EnvVar("APP_VERSION", version, null));
        variables.add(new EnvVar("NUAGES_CONFIG", Config.FOLDER + "/" + Config.FILE, null));
        variables.add(new EnvVar("PYTHONUNBUFFERED", "1", null));
        // Some libraries write under the home directory, and the root file system cannot be written.
        variables.add(new EnvVar("HOME", "/tmp", null));
        variables.addAll(moreVariables);
        return new ContainerBuilder()
                .withName(component)
                .withImage(image)
                .withEnv(variables)
                .addNewEnvFrom()
                .withNewSecretRef()
                .withName(names.environment())
                .endSecretRef()
                .endEnvFrom()
                .withResources(Optional.ofNullable(resources).orElse(Containers.requests("100m", "128Mi")))
                .withSecurityContext(Containers.restricted())
                .withVolumeMounts(Containers.mount("config", Config.FOLDER), Containers.mount("tmp", "/tmp"))
                .build();
    }

    /** A pod for it, with no way into the API server. */
    static PodSpec pod(AppNames names, Container container) {
        return new PodSpecBuilder()
                .withServiceAccountName(names.app())
                .withAutomountServiceAccountToken(false)
                // Else a Service called redis would set REDIS_PORT=tcp://… over the application's own.
                .withEnableServiceLinks(false)
                .withSecurityContext(Containers.nonRoot())
                .withContainers(container)
                .withVolumes(Containers.secretVolume("config", names.configFile()), Containers.emptyDir("tmp"))
                .build();
    }
}
