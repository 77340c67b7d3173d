package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database should be.
 *
 * @param server the name of the PostgresServer, in the same namespace. Cannot be changed later.
 * @param database the database's name, and its owner role's. Default: the object's name with {@code _} for {@code -}.
 *     Cannot be changed later.
 * @param extensions extensions to have in it. One that is taken from the list later stays, for tables may use it.
 * @param deletionPolicy what becomes of the database, its role and its password when this object is deleted. Default:
 *     Retain.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.server == oldSelf.server",
        message = "server cannot be changed, for the data would stay behind: make a new PostgresDatabase",
        fieldPath = ".server")
@ValidationRule(
        value =
                "has(self.database) == has(oldSelf.database) && (!has(self.database) || self.database == oldSelf.database)",
        message = "database cannot be changed, for the data would stay behind: make a new PostgresDatabase",
        fieldPath = ".database")
public record PostgresDatabaseSpec(
        @Required @Size(min = 1, max = 63) String server,

        @Nullable @Size(max = 63) @ValidationRule(value = NAME_RULE, message = NAME_MESSAGE)
        String database,

        @Nullable @Size(max = 32) @ValidationRule(value = EXTENSION_RULE, message = EXTENSION_MESSAGE)
        List<@Size(max = 63) String> extensions,

        @Nullable DeletionPolicy deletionPolicy) {

    static final String NAME_RULE = "self.matches('^[a-z_][a-z0-9_]*$') && !self.startsWith('pg_')"
            + " && !(self in ['postgres', 'template0', 'template1', 'public', 'none'])";

    static final String NAME_MESSAGE =
            "a database's name is 1 to 63 lower case letters, digits and '_', not beginning with a digit or pg_, and"
                    + " none of postgres, template0, template1, public and none, which are PostgreSQL's own";

    /** Extensions that cannot reach out of their database: PostgreSQL's own trusted ones, and two that Django users need. */
    static final String EXTENSION_RULE =
            "self.all(e, e in ['btree_gin', 'btree_gist', 'citext', 'cube', 'dict_int', 'fuzzystrmatch', 'hstore',"
                    + " 'intarray', 'isn', 'lo', 'ltree', 'pg_trgm', 'pgcrypto', 'plpgsql', 'postgis', 'seg', 'tablefunc',"
                    + " 'tcn', 'tsm_system_rows', 'tsm_system_time', 'unaccent', 'uuid-ossp', 'vector'])";

    static final String EXTENSION_MESSAGE =
            "extensions may hold btree_gin, btree_gist, citext, cube, dict_int, fuzzystrmatch, hstore, intarray, isn, lo,"
                    + " ltree, pg_trgm, pgcrypto, plpgsql, postgis, seg, tablefunc, tcn, tsm_system_rows,"
                    + " tsm_system_time, unaccent, uuid-ossp and vector: others can reach out of their database";
}
