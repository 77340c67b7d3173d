package dev.nuages.core.djangoapp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Python that runs in the application's own image, as {@code python -c}. */
final class Scripts {
    static final String MIGRATE = read("migrate.py");
    static final String COMMAND = read("command.py");
    static final String SUPERUSER = read("superuser.py");
    static final String GUNICORN = read("gunicorn.py");
    static final String DAPHNE = read("daphne.py");
    static final String RUNWORKER = read("runworker.py");
    static final String BEAT = read("beat.py");
    static final String CONNECTED = read("connected.py");
    static final String COPY_STATIC_FILES = read("copy_static_files.py");

    private Scripts() {}

    private static String read(String name) {
        try (var in = Scripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + Scripts.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
