package dev.nuages.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Progress as lines of text: on a terminal a live line with the elapsed time, replaced by the outcome; elsewhere one
 * plain line as a step begins, one every 30 s while it runs, and one as it ends. All of it also goes to a log file, with
 * the time of day.
 */
public final class PrintedProgress implements Progress, AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final PrintStream out;
    private final PrintStream log;
    private final boolean terminal;
    private final InstantSource clock;
    private final List<PrintedStep> running = new ArrayList<>();
    private final ScheduledExecutorService ticker;
    private boolean live;

    /**
     * Prints to a stream and to a log.
     *
     * @param out where people look
     * @param terminal whether {@code out} understands a carriage return, "erase line" and "do not wrap"
     * @param logFile appended to; its folder is made; where it cannot be written, there is no log
     */
    public static PrintedProgress open(PrintStream out, boolean terminal, Path logFile) {
        return new PrintedProgress(out, log(logFile), terminal, InstantSource.system());
    }

    private static PrintStream log(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new PrintStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true,
                    StandardCharsets.UTF_8);
        } catch (IOException unwritable) {
            // Whoever may not write there will hear soon that he needs to be root.
            return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        }
    }

    PrintedProgress(PrintStream out, PrintStream log, boolean terminal, InstantSource clock) {
        this.out = out;
        this.log = log;
        this.terminal = terminal;
        this.clock = clock;
        this.ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
        var _ = ticker.scheduleAtFixedRate(terminal ? this::redraw : this::remind, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized Step begin(String title) {
        PrintedStep step = new PrintedStep(title, clock.instant());
        running.add(step);
        log("%s ...".formatted(title));
        if (!terminal) {
            out.println("... " + title);
            out.flush();
        }
        redraw();
        return step;
    }

    @Override
    public synchronized void say(String line) {
        log(line);
        erase();
        out.println(line);
        out.flush();
        redraw();
    }

    @Override
    public synchronized void close() {
        ticker.shutdownNow();
        erase();
        out.flush();
        log.close();
    }

    private synchronized void redraw() {
        if (!terminal || running.isEmpty()) {
            return;
        }
        erase();
        // Only one line can be erased, so that what is too long for the terminal must not go on in the next. Written at
        // once: whoever is interrupted leaves a terminal that wraps its lines.
        out.print("\u001b[?7l%s\u001b[?7h".formatted(liveLine(running, clock.instant())));
        out.flush();
        live = true;
    }

    /** Without a terminal: says of each step that has long said nothing that it still runs. */
    synchronized void remind() {
        Instant now = clock.instant();
        for (PrintedStep step : running) {
            if (!now.isBefore(step.said.plus(SILENCE))) {
                step.said = now;
                String line = "... %s %s%s".formatted(step.title, elapsed(step.since, now), step.busyWith());
                log(line);
                out.println(line);
            }
        }
        out.flush();
    }

    static String liveLine(List<PrintedStep> running, Instant now) {
        PrintedStep first = running.getFirst();
        String more = running.size() == 1 ? "" : " (and %d more)".formatted(running.size() - 1);
        String line = "  .. %s %s%s%s".formatted(first.title, elapsed(first.since, now), more, first.busyWith());
        return line.length() <= 100 ? line : line.substring(0, 97) + "...";
    }

    /** {@code 0.4s}, {@code 12s}, {@code 4m45s}. */
    static String elapsed(Instant since, Instant now) {
        Duration d = Duration.between(since, now);
        if (d.toMillis() < 10_000) {
            return "%d.%ds".formatted(d.toSeconds(), d.toMillisPart() / 100);
        }
        return d.toMinutes() == 0 ? d.toSeconds() + "s" : "%dm%02ds".formatted(d.toMinutes(), d.toSecondsPart());
    }

    private void erase() {
        if (live) {
            out.print("\r\u001b[2K");
            live = false;
        }
    }

    private synchronized void end(PrintedStep step, String mark, String what) {
        if (!running.remove(step)) {
            return;
        }
        String tail = what.isEmpty() ? "" : ": " + what;
        String line = "%s %s%s (%s)".formatted(mark, step.title, tail, elapsed(step.since, clock.instant()));
        log(line);
        erase();
        out.println(line);
        out.flush();
        redraw();
    }

    private void log(String line) {
        log.println(clock.instant() + " " + line);
    }

    final class PrintedStep implements Step {
        private final String title;
        private final Instant since;
        private volatile String detail = "";
        private Instant said;

        PrintedStep(String title, Instant since) {
            this.title = title;
            this.since = since;
            this.said = since;
        }

        private String busyWith() {
            return detail.isEmpty() ? "" : ": " + detail;
        }

        @Override
        public void detail(String now) {
            detail = now;
        }

        @Override
        public void done(String outcome) {
            end(this, " ok", outcome);
        }

        @Override
        public void unchanged(String why) {
            end(this, "  =", why);
        }

        @Override
        public void failed(String why) {
            end(this, "  !", why);
        }
    }
}
