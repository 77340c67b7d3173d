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
 * How the migrations of a version are run: once, by one Job, before any process of that version starts. A field that is not
 * given here is the environment's, and else the default named.
 *
 * @param timeoutSeconds the whole Job is stopped, and has failed, after this. Default: 3600.
 * @param lockTimeoutSeconds PostgreSQL's lock_timeout while migrating: a statement that waits longer for a lock gives
 *     up, so that one long query does not stop the whole site behind a waiting ALTER TABLE. Default: 5.
 * @param lockRetries how often a migration that gave up on a lock is tried again within the same Job. Default: 10.
 * @param resources CPU and memory of the Job's pod. Default: those of the web pods.
 * @param pods what the Jobs' pods, also those of the hooks, have beside what all pods have.
 * @param before management commands to run before the migration, in this order.
 * @param after management commands to run after the migration, in this order, before any process of the version starts.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!(has(self.before) && self.before.exists(h, h.name == 'migrate'))"
                + " && !(has(self.after) && self.after.exists(h, h.name == 'migrate'))",
        message = "a hook cannot be called migrate, for the migration itself is: give it another name")
public record MigrationsSpec(
        @Nullable @Min(1) @Max(604800) Integer timeoutSeconds,
        @Nullable @Min(1) @Max(3600) Integer lockTimeoutSeconds,
        @Nullable @Min(0) @Max(1000) Integer lockRetries,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods,
        @Nullable @Size(max = 16) List<HookSpec> before,
        @Nullable @Size(max = 16) List<HookSpec> after) {
    public static final MigrationsSpec EMPTY = new MigrationsSpec(null, null, null, null, null, null, null);
}
