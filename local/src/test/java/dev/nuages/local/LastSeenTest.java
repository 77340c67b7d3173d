package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LastSeenTest {
    @Test
    @DisplayName("a pod of a node that was down is not ready, and all else of it stays as it was")
    void pod() {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: site}
                status:
                  phase: Running
                  conditions:
                  - {type: PodScheduled, status: "True"}
                  - {type: ContainersReady, status: "True", lastTransitionTime: "2020-01-01T00:00:00Z"}
                  - {type: Ready, status: "True", lastTransitionTime: "2020-01-01T00:00:00Z"}
                """, Pod.class);

        assertThat(LastSeen.withoutReadiness(pod).getStatus().getConditions())
                .extracting("type", "status", "reason")
                .containsExactly(
                        tuple("PodScheduled", "True", null),
                        tuple("ContainersReady", "False", "NodeDown"),
                        tuple("Ready", "False", "NodeDown"));
        assertThat(pod.getStatus().getConditions().getLast().getLastTransitionTime())
                .isNotEqualTo("2020-01-01T00:00:00Z");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    }

    @Test
    @DisplayName("so is the node, which is not short of memory for that")
    void node() {
        Node node = Serialization.unmarshal("""
                apiVersion: v1
                kind: Node
                metadata: {name: nuages}
                status:
                  conditions:
                  - {type: MemoryPressure, status: "False", reason: KubeletHasSufficientMemory}
                  - {type: Ready, status: "True", reason: KubeletReady}
                """, Node.class);

        assertThat(LastSeen.withoutReadiness(node).getStatus().getConditions())
                .extracting("type", "status", "reason")
                .containsExactly(
                        tuple("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                        tuple("Ready", "False", "NodeDown"));
    }
}
