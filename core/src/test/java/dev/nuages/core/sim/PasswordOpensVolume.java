package dev.nuages.core.sim;

import dev.nuages.api.PostgresServer;
import dev.nuages.core.sim.Rest.Standing;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/** Property 4, of a server whose volume remembers the password that it was begun with. */
final class PasswordOpensVolume implements Property<String> {
    private final String secret;

    /**
     * @param secret the name of the Secret that holds the password
     */
    PasswordOpensVolume(String secret) {
        this.secret = secret;
    }

    @Override
    public String sentence() {
        return "4. no generated secret ever changes by itself (a volume keeps the password that it was begun with)";
    }

    /** The password in the volume; empty before there is one. */
    @Override
    public String start() {
        return "";
    }

    @Override
    public Verdict<String> judge(String inside, State before, Step step) {
        var cluster = step.after().cluster();
        if (!volumes(cluster)) {
            return Verdict.fine("");
        }
        var now = password(cluster);
        if (goes(before.cluster(), cluster)) {
            return Verdict.fine("");
        }
        var generated = step.who() == Who.CONTROLLER
                && now.isPresent()
                && password(before.cluster()).isEmpty();
        if (generated && !inside.isEmpty() && !now.get().equals(inside)) {
            return Verdict.wrong(inside, "a new password is generated, which does not open the volume there is");
        }
        var begins = inside.isEmpty()
                && cluster.ofType(Pod.class).stream()
                        .anyMatch(pod -> Pods.running(pod) && Pods.alive(pod) && stays(cluster, pod));
        return Verdict.fine(begins ? now.orElse("") : inside);
    }

    @Override
    public boolean judgesRest() {
        return true;
    }

    @Override
    public Optional<String> judge(String inside, Rest rest) {
        return rest.outcome().standing() == Standing.READY
                        && !inside.isEmpty()
                        && volumes(rest.world().cluster())
                        && !password(rest.world().cluster()).equals(Optional.of(inside))
                ? Optional.of("it is said to be ready, and its password does not open its volume")
                : Optional.empty();
    }

    /** Whether the server is gone that should have taken its volume along. */
    private static boolean goes(Cluster was, Cluster is) {
        return is.ofType(PostgresServer.class).isEmpty()
                && was.ofType(PostgresServer.class).stream()
                        .anyMatch(server -> server.text("/spec/deletionPolicy").equals("Delete"));
    }

    /** Whether there is one that does not go with an owner that is gone. */
    private static boolean volumes(Cluster cluster) {
        return cluster.ofType(PersistentVolumeClaim.class).stream().anyMatch(volume -> stays(cluster, volume));
    }

    private static boolean stays(Cluster cluster, Stored object) {
        return object.owners().isEmpty()
                || object.owners().stream()
                        .anyMatch(uid -> cluster.byUid(uid)
                                .filter(owner -> stays(cluster, owner))
                                .isPresent());
    }

    private Optional<String> password(Cluster cluster) {
        return cluster.ofType(Secret.class).stream()
                .filter(found -> found.ref().name().equals(secret))
                .map(found -> found.text("/data/password"))
                .findFirst();
    }
}
