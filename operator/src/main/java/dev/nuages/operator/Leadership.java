package dev.nuages.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Of all the operator's processes the one that holds the Lease works. By the client's elector rather than the SDK's,
 * which does not give the lease back when it ends, and can deadlock on SIGTERM (java-operator-sdk #3383).
 */
final class Leadership implements AutoCloseable {
    static final String LEASE = "nuages-operator";

    private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    private final LeaderElector elector;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("lease-", 0).factory());
    private volatile @Nullable CompletableFuture<?> election;
    private volatile Instant renewed = Instant.MIN;
    private volatile Instant asked = Instant.MAX;
    private volatile boolean leading;
    private volatile boolean ending;

    /**
     * @param won called once, when this process may work
     * @param lost called when it no longer may, without having given the lease back itself
     */
    Leadership(KubernetesClient client, Configuration configuration, InstantSource clock, Runnable won, Runnable lost) {
        this.clock = clock;
        var callbacks = new LeaderCallbacks(
                () -> {
                    leading = true;
                    thread.execute(won);
                },
                () -> {
                    leading = false;
                    if (!ending) {
                        lost.run();
                    }
                },
                leader -> {});
        this.elector = new LeaderElector(
                client,
                new LeaderElectionConfig(
                        new TimedLock(configuration),
                        LEASE_DURATION,
                        RENEW_DEADLINE,
                        RETRY_PERIOD,
                        callbacks,
                        true,
                        LEASE),
                thread);
    }

    void start() {
        asked = clock.instant();
        election = elector.start();
    }

    /** Whether this process may write: it holds the lease, and renewed it before anybody else could take it. */
    boolean holds() {
        return leading && clock.instant().isBefore(renewed.plus(LEASE_DURATION));
    }

    /**
     * False where nothing was heard of the lease for so long that only a new start can help. Before it is asked for, while
     * caches are filled, no new start would be quicker.
     */
    boolean alive() {
        return clock.instant().minus(LEASE_DURATION.multipliedBy(2)).isBefore(asked);
    }

    /** Gives the lease back, so that the next process need not wait until it expires. */
    @Override
    public void close() {
        ending = true;
        leading = false;
        var running = election;
        if (running != null) {
            running.cancel(true);
        }
        thread.close();
    }

    /** Remembers when the API server last answered. */
    private final class TimedLock extends LeaseLock {
        TimedLock(Configuration configuration) {
            super(configuration.namespace(), LEASE, configuration.identity());
        }

        @Override
        public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
            var held = super.get(client);
            asked = clock.instant();
            return held;
        }

        @Override
        public synchronized void create(KubernetesClient client, LeaderElectionRecord written) {
            var before = clock.instant();
            super.create(client, written);
            renewed = before;
        }

        @Override
        public synchronized void update(KubernetesClient client, LeaderElectionRecord written) {
            var before = clock.instant();
            super.update(client, written);
            renewed = before;
        }
    }
}
