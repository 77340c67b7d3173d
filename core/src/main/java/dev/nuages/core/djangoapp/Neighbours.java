package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.core.Lookup;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The applications of a namespace whose databases are on one server, which takes so many connections of all of them. What
 * is asked of all others costs next to nothing, and what is reckoned from their processes is of these alone.
 */
final class Neighbours {
    private final DjangoApp app;
    private final Lookup lookup;
    private final Optional<String> server;

    Neighbours(DjangoApp app, Lookup lookup) {
        this.app = app;
        this.lookup = lookup;
        this.server = server(app);
    }

    /** By its name, how many connections each may need; none where the application has a server of its own. */
    SortedMap<String, Integer> needs() {
        var needs = new TreeMap<String, Integer>();
        if (server.isEmpty()) {
            return needs;
        }
        var meta = app.getMetadata();
        for (var other : lookup.others(DjangoApp.class, meta.getNamespace(), meta.getName())) {
            if (meet(other)) {
                Wish.find(other, lookup)
                        .filter(wish -> !wish.stopped())
                        .ifPresent(wish ->
                                needs.put(other.getMetadata().getName(), ConnectionBudget.sum(wish.processes())));
            }
        }
        return needs;
    }

    /** Whether the databases of both are on one server. */
    boolean meet(DjangoApp other) {
        return server.isPresent()
                && app.getMetadata().getNamespace().equals(other.getMetadata().getNamespace())
                && server.equals(server(other));
    }

    private Optional<String> server(DjangoApp of) {
        return lookup.find(DjangoEnvironment.class, "", Wish.environmentName(of))
                .map(environment -> environment.getSpec().postgres().server());
    }
}
