package dev.nuages.core.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.Kind;
import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.djangoapp.SiteAnswer;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhosts;
import dev.nuages.core.redisinstance.RedisInstances;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One behaviour, as a folder that a person can read: {@code given.yaml} is a world ({@link Given}), {@code then.yaml}
 * what one plan makes of it ({@link Then}). The folder above it names the kind that plans.
 */
public record Scenario(Path folder) {
    /** Where every object of a scenario is that is in a namespace. */
    public static final String NAMESPACE = "shop";

    /** When every plan of a scenario is made. */
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String GIVEN = "given.yaml";
    private static final String THEN = "then.yaml";

    /**
     * All scenarios, by kind and name.
     *
     * @param root the folder {@code scenarios}
     */
    public static List<Scenario> all(Path root) {
        try (var folders = Files.walk(root, 2)) {
            return folders.filter(folder -> root.relativize(folder).getNameCount() == 2)
                    .filter(Files::isDirectory)
                    .sorted()
                    .map(Scenario::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kind that plans. What a database's server and a RabbitMQ hold is asked of the probes. */
    public Kind<?, ?, ?> kind(DatabaseProbe databases, BrokerProbe brokers) {
        var name = folder.getParent().getFileName().toString();
        return switch (name) {
            case "djangoapp" ->
                new DjangoApps((namespace, service, host, path) ->
                        new SiteAnswer(true, "GET " + path + " of Service " + service + " answered 200"));
            case "postgresdatabase" -> new PostgresDatabases(databases);
            case "postgresserver" -> new PostgresServers();
            case "rabbitmqvhost" -> new RabbitmqVhosts(brokers);
            case "redisinstance" -> new RedisInstances();
            default -> throw new AssertionError("no kind plans for scenarios/" + name);
        };
    }

    public Given given() {
        return Given.of(read(GIVEN));
    }

    /** What is written of the plan; empty where nothing is, yet. */
    public ObjectNode then() {
        return Files.exists(folder.resolve(THEN)) ? Yaml.document(read(THEN)) : Yaml.object();
    }

    /** Writes {@code then.yaml} anew, under the comment that it began with. */
    void write(ObjectNode then) {
        var comment = Files.exists(folder.resolve(THEN))
                ? read(THEN).lines().takeWhile(line -> line.startsWith("#")).collect(Collectors.joining("\n"))
                : "";
        try {
            Files.writeString(folder.resolve(THEN), (comment.isEmpty() ? "" : comment + "\n") + Yaml.text(then));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files under {@code scenarios} that no test reads. */
    static SortedSet<Path> unread(Path root) {
        var read = all(root).stream()
                .flatMap(scenario -> Stream.of(GIVEN, THEN).map(scenario.folder::resolve))
                .toList();
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !read.contains(file))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kind's folder and the behaviour. */
    @Override
    public String toString() {
        return folder.getParent().getFileName() + "/" + folder.getFileName();
    }
}
