package dev.nuages.local;

import java.util.Optional;

/**
 * Something that must be true of this machine.
 *
 * @param name a few words
 * @param probe looks, and changes nothing
 * @param fix makes it true, where that is safe
 */
public record Check(String name, Probe probe, Optional<Fix> fix) {
    /** Looks, and says in a sentence what was found. */
    @FunctionalInterface
    public interface Probe {
        Finding look() throws Exception;
    }

    /** What a probe found. */
    public sealed interface Finding {
        /** A sentence for the user. */
        String sentence();
    }

    /** It is as it must be. */
    public record Fine(String sentence) implements Finding {}

    /** It is not as it could be, but the cluster works. */
    public record Notable(String sentence) implements Finding {}

    /** It is not as it must be; the sentence says so, and what to do about it. */
    public record Wrong(String sentence) implements Finding {}

    /**
     * Makes it so.
     *
     * @param intention what it will do, as a sentence: "Install nftables by apt-get."
     */
    public record Fix(String intention, Action action) {}

    /** What a fix does. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    static Check of(String name, Probe probe) {
        return new Check(name, probe, Optional.empty());
    }

    static Check of(String name, Probe probe, String intention, Action action) {
        return new Check(name, probe, Optional.of(new Fix(intention, action)));
    }

    /** Looks; a probe that cannot look has found something wrong. */
    public Finding look() {
        try {
            return probe.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Wrong("Interrupted.");
        } catch (Exception e) {
            return new Wrong("Could not be looked at: %s.".formatted(Failure.words(e)));
        }
    }
}
