package dev.nuages.local;

/** The local cluster cannot go on; the message is a whole sentence that tells the user why and what to do. */
public final class LocalClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LocalClusterException(String sentence) {
        super(sentence);
    }

    public LocalClusterException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
