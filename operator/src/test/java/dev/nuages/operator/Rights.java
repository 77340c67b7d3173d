package dev.nuages.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Notes which rights clients make use of, each as {@code VERB GROUP/RESOURCE}, such as {@code patch apps/deployments}. */
final class Rights implements Interceptor {
    private final Set<String> used = new ConcurrentSkipListSet<>();

    Set<String> used() {
        return Set.copyOf(used);
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        note(request.uri(), request.method());
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (request.method().equals("PATCH") && response.code() == HttpURLConnection.HTTP_CREATED) {
            // An apply that makes the object needs both rights.
            note(request.uri(), "POST");
        }
    }

    private void note(URI uri, String method) {
        var parts = Arrays.asList(uri.getPath().substring(1).split("/"));
        var core = parts.getFirst().equals("api");
        var group = core ? "" : parts.get(1);
        var rest = parts.subList(core ? 2 : 3, parts.size());
        if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
            rest = rest.subList(2, rest.size());
        }
        if (!rest.isEmpty()) {
            var subresource = rest.size() > 2 ? "/" + rest.get(2) : "";
            used.add(verb(method, uri, rest.size() > 1) + " " + group + "/" + rest.getFirst() + subresource);
        }
    }

    private static String verb(String method, URI uri, boolean named) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> named ? "delete" : "deletecollection";
            default ->
                Objects.requireNonNullElse(uri.getQuery(), "").contains("watch=true")
                        ? "watch"
                        : named ? "get" : "list";
        };
    }
}
