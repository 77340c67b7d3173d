package dev.nuages.core.rabbitmqvhost;

import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queue;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queues;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether somebody takes what waits in a vhost's queues. It is told beside Ready, which does not depend on it: a vhost whose
 * queues nobody reads can be used.
 *
 * @param queues empty where they are not known
 */
record Consumption(Optional<Queues> queues) {
    /** The condition's type. */
    static final String TYPE = "Consumed";

    private static final int MOST = 20;

    /**
     * Celery's own queues. Those for events and for remote control go with their workers, whatever they are declared as;
     * those of delayed delivery are meant to have no consumer, for messages leave them when their time has come.
     */
    private static final Pattern CELERYS_OWN =
            Pattern.compile("celeryev\\..*|.*\\.celery\\.pidbox|celery_delayed_[0-9]+");

    /** The queues that nobody takes from, by their names, but not more than a status should hold. */
    List<UnconsumedQueue> unconsumed() {
        return queues.map(Queues::waiting).orElse(List.of()).stream()
                .filter(queue -> queue.ready() > 0 && queue.consumers() == 0)
                .filter(queue -> !CELERYS_OWN.matcher(queue.name()).matches())
                .sorted(Comparator.comparing(Queue::name))
                .limit(MOST)
                .map(queue -> new UnconsumedQueue(queue.name(), magnitude(queue.ready())))
                .toList();
    }

    /**
     * The power of ten that a number has reached. A queue that grows at every look is then written into the status a few
     * times in its life, and not at every look.
     */
    static long magnitude(long number) {
        var power = 1L;
        while (number / 10 >= power) {
            power *= 10;
        }
        return power;
    }

    Conditions tell(Conditions conditions) {
        var unconsumed = unconsumed();
        if (!unconsumed.isEmpty()) {
            return conditions.set(TYPE, false, "NoConsumer", words(unconsumed));
        }
        if (queues.isEmpty()) {
            return conditions.unknown(TYPE, "NotKnown", "what waits in the queues is not known");
        }
        return queues.get().all()
                ? conditions.set(TYPE, true, "Consumed", "every queue with messages has a consumer")
                : conditions.unknown(TYPE, "NotKnown", "what waits in some of the queues is not known");
    }

    private static String words(List<UnconsumedQueue> unconsumed) {
        var queues = unconsumed.stream()
                .map(queue -> "queue " + queue.name() + " has " + atLeast(queue.messages()))
                .collect(Collectors.joining(", "));
        return queues + ", and no consumer takes them" + (unconsumed.size() == MOST ? "; there may be more" : "");
    }

    private static String atLeast(long messages) {
        return "at least " + messages + (messages == 1 ? " message" : " messages") + " waiting";
    }
}
