package dev.nuages.operator.rabbitmqvhost;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Who may do what in a RabbitMQ, and where.
 *
 * @param doors where applications, and people, reach it
 * @param management the way from here to its management API
 */
record Administrator(Doors doors, URI management, String username, String password) {
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443, "amqp", 5672, "amqps", 5671);

    /**
     * Reads the administrator's Secret.
     *
     * @param route the way from here to a RabbitMQ of this address: the address itself inside of the cluster
     * @throws Refusal with what the Secret lacks
     */
    static Administrator of(BrokerAddress broker, SecretTexts secrets, UnaryOperator<BrokerAddress> route) {
        var secret = secrets.of(broker.namespace(), broker.adminSecret())
                .map(texts -> new AdminSecret(broker.adminSecret(), texts))
                .orElseThrow(() -> new Refusal("SecretMissing", "there is no Secret " + broker.adminSecret()));
        var username = secret.text("username");
        var password = secret.text("password");
        if (broker instanceof BrokerAddress.Local local) {
            var reached = route.apply(local) instanceof BrokerAddress.Local there ? there : local;
            return new Administrator(local.doors(), reached.doors().management(), username, password);
        }
        var management = secret.address("managementUrl", Set.of("http", "https"));
        var amqp = secret.address("amqpUrl", Set.of("amqp", "amqps"));
        return new Administrator(new Doors(amqp, management), management, username, password);
    }

    /** As the requests of an API have it, and no exception or log: who prints it prints no password. */
    @Override
    public String toString() {
        return "the administrator of " + management.getHost();
    }

    private record AdminSecret(String name, Map<String, String> texts) {

        String text(String key) {
            return Optional.ofNullable(texts.get(key))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new Refusal("SecretMissing", "Secret/" + name + " has no " + key));
        }

        /** The address under a key, with its port. What is wrong with it is said without it: it may hold a password. */
        URI address(String key, Set<String> schemes) {
            try {
                var uri = new URI(text(key));
                if (uri.getScheme() == null || !schemes.contains(uri.getScheme()) || uri.getHost() == null) {
                    throw wrong(
                            key,
                            "is not an address that begins with "
                                    + String.join(
                                            ":// or ", schemes.stream().sorted().toList()) + "://");
                }
                if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                    throw wrong(key, "must be without a user, a password, '?' and '#'");
                }
                var port = uri.getPort() == -1 ? PORTS.getOrDefault(uri.getScheme(), -1) : uri.getPort();
                var path = uri.getRawPath().replaceAll("/+$", "");
                return new URI(uri.getScheme() + "://" + uri.getHost() + ":" + port + path);
            } catch (URISyntaxException e) {
                throw wrong(key, "is not an address");
            }
        }

        private Refusal wrong(String key, String what) {
            return new Refusal("SecretMalformed", key + " of Secret/" + name + " " + what);
        }
    }
}
