package dev.nuages.core.rabbitmqvhost;

import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.PercentEncoding;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.URI;
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
        return door.getScheme() + "://" + PercentEncoding.of(name) + ":" + PercentEncoding.of(password) + "@"
                + door.getRawAuthority() + door.getRawPath() + "/" + PercentEncoding.of(name);
    }
}
