package dev.nuages.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What an operator did, by its own metrics. */
record Turns(Operator operator) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** How often objects of a kind were looked at with an outcome. */
    double of(String kind, String outcome) {
        var address = URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics");
        try {
            return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("nuages_reconciliations_total{")
                            && line.contains("kind=\"" + kind + "\"")
                            && line.contains("outcome=\"" + outcome + "\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the metrics do not answer", e);
        }
    }
}
