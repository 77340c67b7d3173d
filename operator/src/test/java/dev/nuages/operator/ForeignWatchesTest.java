package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForeignWatchesTest {
    @Test
    void an_api_server_that_does_not_answer_in_time_is_no_fault_of_a_plan_but_asked_again() throws IOException {
        try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(Config.empty())
                                .withMasterUrl("http://127.0.0.1:" + mute.getLocalPort())
                                .build())
                        .build();
                var watches = new ForeignWatches(client, object -> {}, Duration.ofMillis(50))) {
            assertThatThrownBy(() -> watches.find(Secret.class, "shop", "payment"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessage("the API server does not answer for Secret/payment");
        }
    }
}
