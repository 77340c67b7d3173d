package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes for websockets: Daphne. A field that is not given here is the environment's, and else the default named.
 *
 * @param replicas how many pods. Default: 1. Not together with {@code autoscale}.
 * @param autoscale lets a HorizontalPodAutoscaler own the number of pods.
 * @param asgi the ASGI application. Default: the package of {@code settings} and {@code .asgi:application}; Channels 1
 *     has {@code mysite.asgi:channel_layer}.
 * @param paths the URL prefixes that lead here. Default: {@code /ws}.
 * @param drainSeconds when a pod is stopped, its connections are closed one after the other over this time, each with
 *     code 1012 (service restart), so that clients come back to other pods a few at a time. Default: 30.
 * @param args more arguments for Daphne, after ours, so that they win.
 * @param command a command of one's own in place of Daphne's: it must listen on port 8000 of all addresses.
 * @param healthPath the path that the probes ask. Default: none, the probes open a connection.
 * @param probes how patient they are.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.REPLICAS_OR_AUTOSCALE, message = Rules.REPLICAS_OR_AUTOSCALE_MESSAGE)
@ValidationRule(
        value = "!(has(self.command) && has(self.args))",
        message = "command takes the place of Daphne's whole command: leave args out")
public record WebsocketsSpec(
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable AutoscaleSpec autoscale,

        @Nullable @Size(max = 253) @ValidationRule(value = Rules.ASGI, message = Rules.ASGI_MESSAGE)
        String asgi,

        @Nullable @Size(min = 1, max = 16) @ValidationRule(value = Rules.PATHS, message = Rules.PATHS_MESSAGE)
        List<@Size(max = 200) String> paths,

        @Nullable @Min(0) @Max(86400) Integer drainSeconds,
        @Nullable @Size(max = 64) List<@Size(max = 4096) String> args,
        @Nullable @Size(min = 1, max = 64) List<@Size(max = 4096) String> command,

        @Nullable @Size(max = 512) @ValidationRule(value = Rules.HEALTH_PATH, message = Rules.HEALTH_PATH_MESSAGE)
        String healthPath,

        @Nullable ProbesSpec probes,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final WebsocketsSpec EMPTY =
            new WebsocketsSpec(null, null, null, null, null, null, null, null, null, null, null);
}
