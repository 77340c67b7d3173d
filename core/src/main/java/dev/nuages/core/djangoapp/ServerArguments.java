package dev.nuages.core.djangoapp;

import dev.nuages.api.Processes;
import dev.nuages.api.WebSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of an application's own that say what a field says. They hold, for they come last; but what else is made of the
 * field, such as how long a pod may take to end, how many connections there may be, or who takes from a queue, is then not
 * true.
 */
final class ServerArguments {
    /** By the server's own spelling of an argument, the field that says the same. */
    private static final Map<String, String> GUNICORN = table(
            "-w", "workers",
            "--workers", "workers",
            "-k", "workerClass",
            "--worker-class", "workerClass",
            "--threads", "threads",
            "-t", "timeoutSeconds",
            "--timeout", "timeoutSeconds",
            "--graceful-timeout", "gracefulTimeoutSeconds");

    private static final Map<String, String> UVICORN =
            table("--workers", "workers", "--timeout-graceful-shutdown", "gracefulTimeoutSeconds");

    private static final Map<String, String> CELERY = table(
            "-Q", "queues",
            "--queues", "queues",
            "-c", "concurrency",
            "--concurrency", "concurrency",
            "--autoscale", "concurrency",
            "-P", "pool",
            "--pool", "pool");

    private final List<String> sentences = new ArrayList<>();

    private ServerArguments() {}

    /** Each of them as a sentence. */
    static List<String> of(Processes processes) {
        var all = new ServerArguments();
        var web = processes.web();
        switch (Optional.ofNullable(web.server()).orElse(WebSpec.Server.Gunicorn)) {
            case Gunicorn -> all.look("web", web.args(), GUNICORN);
            case Uvicorn -> all.look("web", web.args(), UVICORN);
            case Daphne -> {}
        }
        Optional.ofNullable(processes.celery())
                .ifPresent(celery -> CeleryPools.pools(celery)
                        .forEach((name, pool) -> all.look(CeleryPools.component(name), pool.args(), CELERY)));
        return all.sentences;
    }

    private void look(String component, @Nullable List<String> args, Map<String, String> fields) {
        for (var argument : DjangoPod.orEmpty(args)) {
            fields.forEach((option, field) -> {
                if (gives(argument, option)) {
                    sentences.add("args of %s give %s: set %s instead, which all else is reckoned by"
                            .formatted(component, option, field));
                }
            });
        }
    }

    /** Alone, with its value following, or with it in one. */
    private static boolean gives(String argument, String option) {
        return argument.equals(option)
                || (option.startsWith("--") ? argument.startsWith(option + "=") : argument.startsWith(option));
    }

    private static Map<String, String> table(String... optionsAndFields) {
        var table = new LinkedHashMap<String, String>();
        for (int i = 0; i < optionsAndFields.length; i += 2) {
            table.put(optionsAndFields[i], optionsAndFields[i + 1]);
        }
        return table;
    }
}
