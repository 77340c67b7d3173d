package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The application's own PostgreSQL database.
 *
 * @param name the database's name, and its owner role's. Default: the application's name with {@code _} for {@code -}.
 *     Cannot be changed later.
 * @param extensions PostgreSQL extensions to have in it, such as {@code pg_trgm}. One that is taken from the list later
 *     stays in the database, for tables may use it.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppDatabaseSpec(
        @Nullable
        @Size(max = 63)
        @ValidationRule(value = PostgresDatabaseSpec.NAME_RULE, message = PostgresDatabaseSpec.NAME_MESSAGE)
        String name,

        @Nullable
        @Size(max = 32)
        @ValidationRule(value = PostgresDatabaseSpec.EXTENSION_RULE, message = PostgresDatabaseSpec.EXTENSION_MESSAGE)
        List<@Size(max = 63) String> extensions) {
    public static final AppDatabaseSpec EMPTY = new AppDatabaseSpec(null, null);
}
