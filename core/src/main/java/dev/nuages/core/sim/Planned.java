package dev.nuages.core.sim;

import dev.nuages.core.Plan;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.StringJoiner;

/** A plan for an object as it was read. A {@link Planner} makes each only once, so that identity is equality. */
final class Planned {
    private static final List<String> TOLD = List.of(
            "/phase",
            "/migratedVersion",
            "/migration/version",
            "/migration/attempt",
            "/migration/state",
            "/databaseId");

    private final Stored read;
    private final Plan<?> plan;
    private final boolean newStatus;
    private final String summary;

    Planned(Stored read, Plan<?> plan) {
        this.read = read;
        this.plan = plan;
        this.newStatus = !plan.status().equals(((CustomResource<?, ?>) read.object()).getStatus());
        this.summary = newStatus ? summary(plan.status()) : "";
    }

    Stored read() {
        return read;
    }

    Plan<?> plan() {
        return plan;
    }

    /** Whether its status differs from the one that was read. */
    boolean newStatus() {
        return newStatus;
    }

    /** What its status comes to, in words. */
    String summary() {
        return summary;
    }

    private static String summary(Object status) {
        var json = Pool.json(status);
        var words = new StringJoiner(", ");
        for (var field : TOLD) {
            if (!json.at(field).isMissingNode()) {
                words.add(field.substring(1).replace('/', '.') + " "
                        + json.at(field).asText());
            }
        }
        for (var condition : json.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                words.add("Ready " + condition.path("status").asText() + ": "
                        + condition.path("message").asText());
            }
        }
        return words.toString();
    }
}
