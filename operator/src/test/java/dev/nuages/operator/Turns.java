package dev.nuages.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an operator did, by its own metrics. */
record Turns(Operator operator) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The kind, the outcome and how often. */
    private static final Pattern COUNTER =
            Pattern.compile("(?m)^nuages_reconciliations_total\\{kind=\"(\\w+)\",outcome=\"(\\w+)\"} (\\S+)$");

    /** How often objects of a kind were looked at with an outcome. */
    double of(String kind, String outcome) {
        return with(outcome).getOrDefault(kind, 0.0);
    }

    /** How often objects of a kind were looked at. */
    double of(String kind) {
        return byKind(counters()).getOrDefault(kind, 0.0);
    }

    /** How often objects were looked at with an outcome, by their kind. */
    Map<String, Double> with(String outcome) {
        return byKind(counters().filter(counter -> counter.group(2).equals(outcome)));
    }

    private static Map<String, Double> byKind(Stream<MatchResult> counters) {
        return counters.collect(Collectors.groupingBy(
                counter -> counter.group(1),
                Collectors.summingDouble(counter -> Double.parseDouble(counter.group(3)))));
    }

    private Stream<MatchResult> counters() {
        var address = URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics");
        try {
            return COUNTER.matcher(HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                            .body())
                    .results();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the metrics do not answer", e);
        }
    }
}
