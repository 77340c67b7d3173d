package dev.nuages.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The log as the operator in the cluster writes it, held in memory. */
final class LoggedText extends AppenderBase<ILoggingEvent> {
    private final JsonLines encoder = new JsonLines();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    LoggedText() {
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(new String(encoder.encode(event), UTF_8));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
