package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A management command that is run once for each migration, before or after it, by a Job of its own in the new version's
 * image. One that fails stops the deploy as a failed migration does.
 *
 * @param name what it is called in the status.
 * @param command the management command and its arguments, such as {@code [check, --deploy]}.
 * @param timeoutSeconds it is stopped, and has failed, after this. Default: 3600.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HookSpec(
        @Required
        @Size(max = 30)
        @ValidationRule(
                value = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
                message =
                        "name must be lower case letters, digits and '-', beginning and ending with a letter or digit")
        String name,

        @Required @Size(min = 1, max = 64) List<@Size(max = 4096) String> command,
        @Nullable @Min(1) @Max(604800) Integer timeoutSeconds) {}
