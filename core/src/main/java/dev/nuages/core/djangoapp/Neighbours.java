package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.core.Lookup;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The applications of a namespace whose databases are on one server, which takes so many connections of all of them. */
final class Neighbours {
    private Neighbours() {}

    /** By its name, how many connections each may need; none where the application has a server of its own. */
    static SortedMap<String, Integer> of(DjangoApp app, Lookup lookup) {
        var server = server(app, lookup);
        if (server.isEmpty()) {
            return Collections.emptySortedMap();
        }
        var meta = app.getMetadata();
        var needs = new TreeMap<String, Integer>();
        for (var other : lookup.others(DjangoApp.class, meta.getNamespace(), meta.getName())) {
            if (meet(app, other, lookup)) {
                Wish.find(other, lookup)
                        .filter(wish -> !wish.stopped())
                        .ifPresent(wish ->
                                needs.put(other.getMetadata().getName(), ConnectionBudget.sum(wish.processes())));
            }
        }
        return needs;
    }

    /** Whether the databases of both are on one server. */
    static boolean meet(DjangoApp one, DjangoApp other, Lookup lookup) {
        var server = server(one, lookup);
        return server.isPresent()
                && one.getMetadata().getNamespace().equals(other.getMetadata().getNamespace())
                && server.equals(server(other, lookup));
    }

    private static Optional<String> server(DjangoApp app, Lookup lookup) {
        return Wish.find(app, lookup).map(wish -> wish.environment().postgres().server());
    }
}
