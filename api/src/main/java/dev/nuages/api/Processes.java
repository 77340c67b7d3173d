package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a release, with the environment's defaults filled in: as they were when its version was migrated.
 *
 * @param web the web processes.
 * @param websockets the processes for websockets.
 * @param channelWorkers the workers of Channels.
 * @param celery Celery's processes.
 * @param staticFiles the static files.
 * @param media the uploads.
 * @param tasks the scheduled commands.
 * @param env environment variables.
 * @param envFrom where more environment variables come from.
 * @param secrets Secrets whose values are environment variables.
 * @param pods what all pods have in common.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Processes(
        WebSpec web,
        @Nullable WebsocketsSpec websockets,
        @Nullable Map<String, ChannelWorkersSpec> channelWorkers,
        @Nullable CelerySpec celery,
        @Nullable StaticFilesSpec staticFiles,
        @Nullable MediaSpec media,
        @Nullable Map<String, TaskSpec> tasks,
        @Nullable List<EnvVar> env,
        @Nullable List<EnvFromSource> envFrom,
        @Nullable List<SecretKeys> secrets,
        PodsSpec pods) {
    public static final Processes EMPTY =
            new Processes(WebSpec.EMPTY, null, null, null, null, null, null, null, null, null, PodsSpec.EMPTY);
}
