package dev.nuages.core;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One thing to do, as an inert value. The operator's {@code Effects} carries it out, core's simulated world plays it. */
public sealed interface Effect {

    /**
     * Makes an object be so, by server-side apply with the field manager {@code nuages}, taking back fields that others
     * changed. Doing it twice is doing it once. Where an admission policy makes something else of it, that is recorded on
     * the object ({@link Alterations}), and an Event says so.
     *
     * @param wanted the object, with all fields that we want a say in and no others
     * @param seen the uid of the object that was read, and that it must still be; empty where there was none, and then
     *     one that exists after all is left alone unless it is ours ({@link Ownership})
     * @param drift fields that somebody else changed, each as a path such as {@code spec.replicas}, or {@code deleted},
     *     when this puts back what already was; empty for what is new or newly wanted
     */
    record Apply(HasMetadata wanted, Optional<String> seen, List<String> drift) implements Effect {
        public Apply {
            drift = List.copyOf(drift);
        }
    }

    /**
     * Creates an object, unless one of its name exists: that is left as it is. For what may not be done a second time by
     * a write that arrives late.
     *
     * @param wanted the object, with all fields that we want a say in and no others
     */
    record Create(HasMetadata wanted) implements Effect {}

    /**
     * Creates a Secret with random values, unless a Secret of this name exists: what was generated once never changes.
     *
     * @param secret the Secret without its values
     * @param lengths for each key, how many letters and digits its value has
     * @param lost whether there was one before, which somebody deleted: an Event says so
     */
    record Generate(Secret secret, Map<String, Integer> lengths, boolean lost) implements Effect {
        public Generate {
            lengths = Map.copyOf(lengths);
        }
    }

    /**
     * Deletes an object, with all that it owns before it, if it is still the one that was read.
     *
     * @param uid the object's uid; another object of the same name stays
     */
    record Delete(ObjectRef object, String uid) implements Effect {}

    /**
     * Takes items out of an object: of a list, such as a variable of a container's environment, or of a Secret's entries.
     *
     * @param uid the object's uid; another object of the same name is left alone
     * @param resourceVersion the object's as it was read, and must still be: in another, other items may be at those places
     * @param pointers the items as JSON pointers, in the order in which to remove them
     * @param wanted what is wanted of the object, where somebody else put them there: an Event then says so as of other
     *     drift, and those that are there again at once are left to the admission policy that puts them there
     */
    record Remove(
            ObjectRef object, String uid, String resourceVersion, List<String> pointers, Optional<HasMetadata> wanted)
            implements Effect {
        public Remove {
            pointers = List.copyOf(pointers);
        }
    }

    /**
     * Lets an autoscaler have the number of a Deployment's pods as it is now: the number is applied once more, by a field
     * manager that never takes it back, so that it stays when the next {@link Apply} gives the field up.
     *
     * @param uid the Deployment's uid; another one of the same name is left alone
     */
    record HandOver(ObjectRef object, String uid, int replicas) implements Effect {}

    /** Adds our finalizer to the object that the plan is for, or takes it away. */
    record Finalizer(boolean present) implements Effect {}

    /** Does something in a PostgreSQL server. */
    record RunSql(PostgresAddress server, SqlCommand command) implements Effect {}

    /** Does something in a RabbitMQ. */
    record RunRabbit(BrokerAddress broker, RabbitCommand command) implements Effect {}

    /** Tells people: an Event on the object that the plan is for. */
    record Emit(Severity severity, String reason, String message) implements Effect {}

    /** What {@code kubectl get events} shows as type. */
    enum Severity {
        Normal,
        Warning
    }
}
