package dev.nuages.local.images;

/** An image could not be built; the message is for the user. */
public final class ImageBuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ImageBuildException(String message) {
        super(message);
    }

    ImageBuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
