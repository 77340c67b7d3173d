package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import dev.nuages.core.sim.Rest.Standing;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;
import java.util.Set;

/** Property 5, of a database: who says Ready must have something to show. */
final class UsableWhenReady implements RestProperty {

    @Override
    public String sentence() {
        return "5. (Ready is reached:) a database that is ready can be used with what its Secret says";
    }

    @Override
    public Optional<String> judge(Rest rest) {
        if (rest.outcome().standing() != Standing.READY) {
            return Optional.empty();
        }
        var name = DatabaseModel.NAME;
        var sql = rest.world().sql();
        var password = rest.world()
                .cluster()
                .find(new ObjectRef(Secret.class, "shop", name + "-database"))
                .flatMap(secret -> Secrets.text((Secret) secret.object(), "password"));
        if (password.isEmpty()
                || sql.role(name)
                        .filter(role -> role.password().equals(password.get()))
                        .isEmpty()) {
            return Optional.of("its Secret has not the password of its role");
        }
        var right = sql.database(name)
                .filter(found -> found.owner().equals(name) && !found.halfMade())
                .filter(found -> found.extensions().equals(Set.of("pg_trgm")));
        return right.isPresent() ? Optional.empty() : Optional.of("the database is not as it should be: " + sql);
    }
}
