package dev.nuages.core.rabbitmqvhost;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;

/**
 * How an application reaches its vhost.
 *
 * @param name the vhost's, and its user's
 */
record Connection(Doors doors, String name, String password) {

    /** The Secret that says so. */
    Secret secret(ObjectMeta metadata) {
        var texts = new LinkedHashMap<String, String>();
        texts.put("host", doors.amqp().getHost());
        texts.put("port", String.valueOf(doors.amqp().getPort()));
        texts.put("vhost", name);
        texts.put("username", name);
        texts.put("password", password);
        texts.put("url", withCredentials(doors.amqp()));
        // As KEDA's scaler has it: the last part of the path is the vhost.
        texts.put("managementUrl", withCredentials(doors.management()));
        return Secrets.of(metadata, texts);
    }

    private String withCredentials(URI door) {
        return door.getScheme() + "://" + encoded(name) + ":" + encoded(password) + "@" + door.getRawAuthority()
                + door.getRawPath() + "/" + encoded(name);
    }

    /** For any part of a URL: a vhost's name may hold a slash or a colon. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
