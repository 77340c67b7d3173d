package dev.nuages.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Texts as parts of a URL: a vhost's name may hold a slash or a colon, and so may a password that somebody chose. */
public final class PercentEncoding {
    private PercentEncoding() {}

    /** For any part of a URL. */
    public static String of(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
