package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which of the API server's own troubles are an object's. */
class NotAdmittedTest {
    private static final ObjectRef OBJECT = new ObjectRef(ConfigMap.class, "shop", "mysite");

    @Test
    @DisplayName("a webhook that does not answer refuses the objects that it is asked about")
    void webhook() {
        var words = "Internal error occurred: failed calling webhook";
        assertThat(ObjectRefused.of(OBJECT, answer(500, "InternalError", words)))
                .hasValueSatisfying(refused -> assertThat(refused.sentence())
                        .isEqualTo("ConfigMap/mysite was refused by the API server with code 500: " + words));
    }

    @Test
    @DisplayName("an API server that is out of order refuses nothing")
    void outage() {
        assertThat(ObjectRefused.of(OBJECT, answer(500, null, "etcdserver: leader changed")))
                .isEmpty();
        assertThat(ObjectRefused.of(OBJECT, answer(503, "ServiceUnavailable", "the server is starting")))
                .isEmpty();
        assertThat(ObjectRefused.of(OBJECT, answer(504, "Timeout", "request did not complete")))
                .isEmpty();
        assertThat(ObjectRefused.of(OBJECT, answer(429, "TooManyRequests", "try later")))
                .isEmpty();
        assertThat(ObjectRefused.of(OBJECT, new KubernetesClientException("Connection refused")))
                .isEmpty();
    }

    private static KubernetesClientException answer(int code, @Nullable String reason, String words) {
        var status = new StatusBuilder()
                .withCode(code)
                .withReason(reason)
                .withMessage(words)
                .build();
        return new KubernetesClientException(words, code, status);
    }
}
