package dev.nuages.operator;

import org.jspecify.annotations.Nullable;

/**
 * What can't be done now, as a sentence for people, without anything secret in it. It ends a plan, and the next one is
 * made in a while.
 */
public class Refusal extends RuntimeException {
    private final String reason;
    private final String sentence;

    /**
     * @param reason what an Event calls it, such as {@code NameTaken}
     */
    public Refusal(String reason, String sentence) {
        this(reason, sentence, null);
    }

    /**
     * @param fault what the log is to tell of it
     */
    Refusal(String reason, String sentence, @Nullable Throwable fault) {
        super(sentence, fault, false, false);
        this.reason = reason;
        this.sentence = sentence;
    }

    public String reason() {
        return reason;
    }

    public String sentence() {
        return sentence;
    }
}
