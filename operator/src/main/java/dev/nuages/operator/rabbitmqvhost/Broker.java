package dev.nuages.operator.rabbitmqvhost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queue;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queues;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Vhost;
import dev.nuages.operator.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** The vhosts, users, permissions and queues of a RabbitMQ, as its management API has them, from 3.8 on. */
final class Broker {
    private static final String VHOSTS = "vhosts";
    private static final String USERS = "users";
    private static final String PERMISSIONS = "permissions";
    private static final String QUEUES = "queues";
    private static final String READY = "messages_ready";

    /** The fullest first, and of those as many as one page may hold: vhosts of thousands of queues are seen. */
    private static final String WAITING = "page=1&page_size=500&sort=messages_ready&sort_reverse=true"
            + "&columns=name,messages_ready,consumers,exclusive,auto_delete";

    private final ManagementApi api;

    Broker(ManagementApi api) {
        this.api = api;
    }

    record User(SortedSet<String> tags, PasswordHash password) {}

    Optional<Vhost> vhost(String name) {
        return api.get(VHOSTS, name)
                .map(found -> new Vhost(found.path("description").asText(), running(found.path("cluster_state"))));
    }

    /** By node, how it stands there; who does not say is believed to run it. */
    private static boolean running(JsonNode clusterState) {
        return clusterState.isEmpty()
                || StreamSupport.stream(clusterState.spliterator(), false).anyMatch(Broker::isRunning);
    }

    private static boolean isRunning(JsonNode state) {
        return state.asText().equals("running");
    }

    Optional<User> user(String name) {
        return api.get(USERS, name)
                .map(found -> new User(
                        tags(found.path("tags")),
                        new PasswordHash(
                                found.path("hashing_algorithm").asText(PasswordHash.SHA_256),
                                found.path("password_hash").asText())));
    }

    /** A list from 3.9 on; before, one text with commas. */
    private static SortedSet<String> tags(JsonNode tags) {
        var names = new TreeSet<String>();
        if (tags.isArray()) {
            StreamSupport.stream(tags.spliterator(), false)
                    .map(JsonNode::asText)
                    .forEach(names::add);
        } else {
            for (var name : tags.asText().split(",", -1)) {
                names.add(name.strip());
            }
        }
        return names;
    }

    Optional<Permissions> permissions(String vhost, String user) {
        return api.get(PERMISSIONS, vhost, user)
                .map(found -> new Permissions(
                        found.path("configure").asText(),
                        found.path("write").asText(),
                        found.path("read").asText()));
    }

    /**
     * What waits in a vhost; empty where there is no such vhost.
     *
     * @throws Refusal where the API did not answer, or not with what was asked for
     */
    Optional<Queues> queues(String vhost) {
        return api.list(WAITING, QUEUES, vhost).map(Broker::queues);
    }

    private static Queues queues(JsonNode page) {
        var items = page.path("items");
        var waiting = new ArrayList<Queue>();
        var counted = items.isArray();
        for (var item : items) {
            if (item.path("exclusive").asBoolean() || item.path("auto_delete").asBoolean()) {
                continue;
            }
            // Numbers come seconds after their queue, from the node that has it, and not at all where they are
            // disabled.
            counted &= item.path(READY).isNumber() && item.path("consumers").isNumber();
            if (item.path(READY).asLong() > 0 && item.path("consumers").isNumber()) {
                waiting.add(new Queue(
                        item.path("name").asText(),
                        item.path(READY).asLong(),
                        item.path("consumers").asLong()));
            }
        }
        return new Queues(waiting, counted && nothingWaitsBehind(page));
    }

    /**
     * What is on further pages has no more messages than the last one here. RabbitMQ sorts queues without numbers as empty
     * ones, so of more than a page only the first is known to have them.
     */
    private static boolean nothingWaitsBehind(JsonNode page) {
        var items = page.path("items");
        return page.path("page_count").asInt(Integer.MAX_VALUE) <= 1
                || items.path(items.size() - 1).path(READY).asLong(Long.MAX_VALUE) == 0;
    }

    void putVhost(String name, String description) {
        api.put(JsonNodeFactory.instance.objectNode().put("description", description), VHOSTS, name);
    }

    /** On each node where it is known not to run. */
    void startVhost(String name) {
        api.get(VHOSTS, name).map(found -> found.path("cluster_state")).stream()
                .flatMap(nodes -> nodes.properties().stream())
                .filter(node -> !isRunning(node.getValue()))
                .forEach(node -> api.post(VHOSTS, name, "start", node.getKey()));
    }

    void putUser(String name, Collection<String> tags, PasswordHash password) {
        var content = JsonNodeFactory.instance
                .objectNode()
                .put("password_hash", password.base64())
                .put("hashing_algorithm", password.algorithm())
                // 3.8 knows no list here, later versions both.
                .put("tags", String.join(",", tags));
        api.put(content, USERS, name);
    }

    void putPermissions(String vhost, String user, Permissions permissions) {
        var content = JsonNodeFactory.instance
                .objectNode()
                .put("configure", permissions.configure())
                .put("write", permissions.write())
                .put("read", permissions.read());
        api.put(content, PERMISSIONS, vhost, user);
    }

    void deleteVhost(String name) {
        api.delete(VHOSTS, name);
    }

    void deleteUser(String name) {
        api.delete(USERS, name);
    }
}
