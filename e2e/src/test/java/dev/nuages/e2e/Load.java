package dev.nuages.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the example site's users keep doing while it is deployed: they ask for a task every 100 ms, and one of them holds a
 * websocket open on which the site counts. Whoever is told that the service restarts connects again, and counts on.
 */
final class Load implements AutoCloseable {
    /** Since when to count what may never have happened, whoever was killed or replaced meanwhile. */
    static final String EVER = "1970-01-01T00:00:00Z";

    /** A slow answer is not a lost one; how long the slowest took is told. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LONG_TASK = Duration.ofSeconds(20);
    private static final int MOST_USERS = 32;
    private static final Duration TALK = Duration.ofMillis(20);
    private static final Duration READING = Duration.ofMillis(50);
    private static final Duration LOADING = Duration.ofMillis(250);
    private static final Pattern STYLESHEET = Pattern.compile("/static/[^\"']+\\.css");
    private static final Pattern ANSWER =
            Pattern.compile("\"text\":\\s*\"Hello load, this is everything-channels-bot-");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(MOST_USERS, Thread.ofVirtual().factory());
    private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
    private final URI address;
    private final String host;
    private final String prefix;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final Map<String, Occurrences> failures = new LinkedHashMap<>();
    private final AtomicLong slowestMillis = new AtomicLong();
    private final Instant began = Instant.now();
    private final CountingSocket counter;
    private volatile boolean ending;

    /** Of one who asks for nothing yet, but may look at the site's counts. */
    Load(URI address, String host, String prefix) {
        this.address = address;
        this.host = host;
        this.prefix = prefix;
        this.counter = new CountingSocket(http, address, host, this::failed);
    }

    /** Begins, once the ingress controller knows of the first pods, which it may hear a moment later than the operator. */
    Load begun() {
        WholeSite.within(PATIENCE).until(() -> get("/").statusCode() == 200 && counter.opens());
        askForTasks();
        return this;
    }

    /** Ten short tasks a second. */
    void askForTasks() {
        var _ = clock.scheduleAtFixedRate(() -> asking.execute(this::ask), 0, 100, TimeUnit.MILLISECONDS);
    }

    /** How many tasks were asked for and taken. */
    int tasks() {
        return asked.get();
    }

    /** How far the site has counted on the websocket. */
    int counted() {
        return counter.counted();
    }

    /** How often the websocket was closed because the service restarts. */
    int reconnected() {
        return counter.reconnected();
    }

    /** How long the slowest answer to one who asked for a task took. */
    Duration slowest() {
        return Duration.ofMillis(slowestMillis.get());
    }

    /** All that went wrong, each with how often, and from when to when. */
    synchronized List<String> failures() {
        return failures.entrySet().stream()
                .map(failure -> failure.getKey() + " (" + failure.getValue() + ")")
                .toList();
    }

    /** The site's own counts, as JSON. */
    String counts(String since) {
        return get("/counts/?prefix=" + prefix + "&since=" + since).body();
    }

    /** What was asked for last is still on its way through the queues, or in hand. */
    void awaitEnd() {
        WholeSite.within(Duration.ofMinutes(3)).until(() -> {
            var counts = counts(EVER);
            return WholeSite.number(counts, "tasks") >= tasks() && WholeSite.number(counts, "unfinished_tasks") == 0;
        });
    }

    HttpResponse<String> get(String path) {
        try {
            return http.send(request(path).GET().build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The style sheets that the front page asks for now, each by its path. */
    List<String> stylesheets() {
        return STYLESHEET
                .matcher(get("/").body())
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    /** Besides, so many visitors who take the next page as soon as they have read one, which takes them a moment. */
    void browse(int visitors) {
        for (int i = 0; i < visitors; i++) {
            again(READING, this::read);
        }
    }

    private void read() {
        try {
            get("/");
        } catch (UncheckedIOException e) {
            if (!ending) {
                failed("a page was not had: " + e.getMessage());
            }
        }
    }

    /**
     * Besides, one who asks for the style sheets of the page that he opened first, and of the page as it is now, again and
     * again: whichever pods serve at the moment, each of them must be had.
     */
    void openPages() {
        var first = stylesheets();
        again(LOADING, () -> {
            first.forEach(this::load);
            opened().forEach(this::load);
        });
    }

    private List<String> opened() {
        try {
            return stylesheets();
        } catch (UncheckedIOException e) {
            if (!ending) {
                failed("a page was not had: " + e.getMessage());
            }
            return List.of();
        }
    }

    private void load(String file) {
        try {
            var status = get(file).statusCode();
            files.incrementAndGet();
            if (status != 200) {
                failed(file + " was answered with " + status);
            }
        } catch (UncheckedIOException e) {
            if (!ending) {
                failed(file + " was not had: " + e.getMessage());
            }
        }
    }

    /** How many files of pages were asked for. */
    int files() {
        return files.get();
    }

    /** Besides, one who talks to the bot of the chat all the time: the websockets and the channel worker have to work. */
    void chat() {
        var socket = http.newWebSocketBuilder()
                .header("Host", host)
                .header("Origin", "http://" + host)
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create("ws://" + address.getAuthority() + "/ws/chat/"), new Talk())
                .join();
        again(TALK, () -> say(socket));
    }

    /** How often the bot of the chat has answered. */
    int answered() {
        return answers.get();
    }

    /** Hears what is said in the chat. */
    private final class Talk implements WebSocket.Listener {
        private final StringBuilder heard = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean whole) {
            heard.append(text);
            if (whole) {
                answers.addAndGet(
                        Math.toIntExact(ANSWER.matcher(heard).results().count()));
                heard.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void say(WebSocket socket) {
        try {
            socket.sendText("{\"author\": \"load\", \"text\": \"@bot hello\"}", true)
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (!ending) {
                failed("the chat was cut: " + e.getCause());
            }
            // So it is not said again: what is thrown ends a schedule.
            throw e;
        }
    }

    private void again(Duration pause, Runnable act) {
        var _ = clock.scheduleWithFixedDelay(act, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .header("Host", host)
                .timeout(PATIENCE);
    }

    /**
     * Long tasks of a worker that takes two at a time, each of which begins when the one before is half done: whenever the
     * worker is told to end, it has one in hand for nearly half of that time.
     */
    void keepAWorkerBusy() {
        again(LONG_TASK.dividedBy(2), () -> ask("queue=slow&seconds=" + LONG_TASK.toSeconds()));
    }

    /** Every second one is acknowledged as Celery does it by itself. */
    private void ask() {
        ask("queue=fast&acks=" + (asked.get() % 2 == 0 ? "late" : "early"));
    }

    private void ask(String task) {
        var key = prefix + "-" + System.nanoTime();
        var request = request("/tasks/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(task + "&id=" + key))
                .build();
        var sent = System.nanoTime();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            slowestMillis.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent), Math::max);
            if (answer.statusCode() == 202) {
                asked.incrementAndGet();
            } else {
                failed("a task was answered with " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            failed("a task was not taken: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void failed(String what) {
        var now = Duration.between(began, Instant.now());
        failures.merge(what, new Occurrences(1, now, now), Occurrences::and);
    }

    /** Asks for nothing more, and hears what was still asked for; the site's counts can still be read. */
    void stop() {
        ending = true;
        counter.leave();
        // What is asked for at this moment may have been taken: whoever gave up now would not know.
        clock.close();
        asking.close();
    }

    @Override
    public void close() {
        stop();
        http.shutdownNow();
    }
}
