package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of the application's namespace whose values the processes get as environment variables.
 *
 * @param name the Secret's name.
 * @param keys the variables by their names, each with the key of the Secret that holds its value, such as
 *     {@code STRIPE_API_KEY: api-key}. Default: every key is a variable of the same name.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SecretKeys(
        @Required @Size(min = 1, max = 253) String name,

        @Nullable
        @Size(min = 1, max = 64)
        @ValidationRule(
                value = "self.all(k, k.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",
                message = "keys must name environment variables: letters, digits and '_', not beginning with a digit")
        Map<String, String> keys) {}
