package dev.nuages.core.sim;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import dev.nuages.core.sim.Rest.Outcome;
import dev.nuages.core.sim.Rest.Standing;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The only DjangoApp there is. */
final class AppSubject implements Subject {
    private final Pool pool;
    private final Images images;
    private final Function<World, Optional<Flight>> plan;

    /**
     * @param plan what the application's next plan would be
     */
    AppSubject(Pool pool, Images images, Function<World, Optional<Flight>> plan) {
        this.pool = pool;
        this.images = images;
        this.plan = plan;
    }

    @Override
    public Outcome outcome(World world) {
        var app = AppFacts.app(world.cluster());
        if (app.isEmpty()) {
            return new Outcome(Standing.GONE, "", "");
        }
        var status = Objects.requireNonNullElse(((DjangoApp) app.get().object()).getStatus(), DjangoAppStatus.EMPTY);
        var ready = Conditions.find(status.conditions(), "Ready");
        var current = Objects.equals(
                status.observedGeneration(), app.get().object().getMetadata().getGeneration());
        var phase = current && status.phase() != null ? status.phase() : DjangoAppStatus.Phase.Initializing;
        return new Outcome(
                switch (phase) {
                    case Ready -> Standing.READY;
                    case Error -> Standing.ERROR;
                    default -> Standing.WAITING;
                },
                ready.map(Condition::getReason).orElse(""),
                ready.map(Condition::getMessage).orElse(""));
    }

    @Override
    public boolean looksAgain(World world) {
        return plan.apply(world)
                .map(flight -> !flight.idle() || flight.plan().lookAgain().isPresent())
                .orElse(true);
    }

    /** A worker may have hours to end its tasks; a web pod that still answers must show what those that stay do. */
    @Override
    public boolean mayOutlast(Cluster cluster, Stored pod) {
        return !AppFacts.component(pod).equals("web")
                || cluster.ofType(Pod.class).stream()
                        .filter(stays -> !stays.deleting())
                        .anyMatch(stays -> template(stays).equals(template(pod)));
    }

    private static Optional<String> template(Stored pod) {
        return Optional.ofNullable(pod.object().getMetadata().getLabels().get("pod-template-hash"));
    }

    @Override
    public List<World> waysOut(World world, Outcome error) {
        var ways = new ArrayList<World>();
        var app = AppFacts.app(world.cluster()).orElseThrow();
        var image = AppFacts.wanted(world.cluster()).orElseThrow();
        switch (error.reason()) {
            case "MigrationFailed" -> {
                if (!images.broken().contains(image) && !images.missing().contains(image)) {
                    ways.add(with(world, retry(app, "once more")));
                }
                if (!image.endsWith(":1.0")) {
                    ways.add(with(world, version(app, "1.0")));
                }
            }
            case "RolloutFailed" -> ways.add(with(world, version(app, "1.0")));
            case "NameTaken" -> ways.add(without(world, error.message()));
            default -> {}
        }
        return ways;
    }

    /** The objects that the error names are deleted. */
    private static World without(World world, String named) {
        var names = List.of(named.split("[ ,]+"));
        var cluster = world.cluster();
        for (var object : cluster.objects()) {
            if (names.contains(object.toString())) {
                cluster = cluster.without(object.ref());
            }
        }
        return world.with(cluster);
    }

    private static World with(World world, Stored changed) {
        return world.with(world.cluster().with(changed));
    }

    Stored version(Stored app, String version) {
        return pool.edit(
                app, "version " + version, json -> json.withObject("/spec").put("version", version));
    }

    Stored retry(Stored app, String value) {
        return pool.edit(
                app,
                "retry " + value,
                json -> json.withObject("/metadata/annotations").put(Nuages.RETRY_ANNOTATION, value));
    }
}
