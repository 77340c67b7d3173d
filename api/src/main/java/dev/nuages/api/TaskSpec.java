package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A management command that is run on a schedule. It does not start while the application migrates.
 *
 * @param schedule when, in cron's format, such as {@code "0 3 * * *"} or {@code "@hourly"}.
 * @param timeZone the time zone of the schedule, such as {@code Europe/Paris}. Default: UTC.
 * @param command the management command and its arguments, such as {@code [clearsessions]}.
 * @param concurrency what happens when the last run has not ended: {@code Forbid} leaves this one out, {@code Allow}
 *     runs both, {@code Replace} ends the last one. Default: Forbid.
 * @param deadlineSeconds a run is stopped, and has failed, after this. Default: 3600.
 * @param suspended keeps it from starting. Default: false.
 * @param resources CPU and memory of its pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskSpec(
        @Required
        @Size(max = 100)
        @ValidationRule(
                value = "self.matches('^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|"
                        + "[0-9A-Za-z*/,?-]+( +[0-9A-Za-z*/,?-]+){4})$')",
                message = "schedule is not in cron's format: five fields, such as '0 3 * * *', or @hourly and the like")
        String schedule,

        @Nullable @Size(min = 1, max = 64) String timeZone,
        @Required @Size(min = 1, max = 64) List<@Size(max = 4096) String> command,
        @Nullable Concurrency concurrency,
        @Nullable @Min(1) @Max(604800) Integer deadlineSeconds,
        @Nullable Boolean suspended,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {

    /** What happens when the last run has not ended. */
    public enum Concurrency {
        Allow,
        Forbid,
        Replace
    }
}
