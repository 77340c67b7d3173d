package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A superuser, made once after the first migration, if there is none of this name. The password is generated, in the
 * Secret {@code NAME-superuser}; a user who changes it in the admin changes it for good.
 *
 * @param username the user's name.
 * @param email the user's address. Default: none.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SuperuserSpec(
        @Required
        @Size(min = 1, max = 150)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9@.+_-]+$')",
                message = "username may have letters, digits and @ . + - _ only, as Django wants it")
        String username,

        @Nullable @Size(min = 3, max = 254) String email) {}
