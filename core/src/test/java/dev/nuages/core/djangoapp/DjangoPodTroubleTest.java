package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.djangoapp.DjangoAppObserved.Configuration;
import dev.nuages.core.djangoapp.DjangoAppObserved.Configured;
import dev.nuages.core.djangoapp.DjangoAppObserved.Nested;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What keeps the pods with static files from running: containers that copy them go before. */
class DjangoPodTroubleTest {
    @Test
    @DisplayName("where the image of the version before is gone, the way out is said")
    void formerImageGone() {
        assertThat(trouble("""
                - {name: copy-0, image: "mysite:1.0", state: {waiting: {reason: ImagePullBackOff, message: not found}}}
                - {name: copy-1, image: "mysite:1.1", state: {waiting: {reason: PodInitializing}}}
                """))
                .contains(
                        "pod static-x: ImagePullBackOff: image mysite:1.0 is not to be had: is there such a version, and may"
                                + " it be pulled? It is the version before, whose static files are served too: without them, set"
                                + " spec.staticFiles.keepPrevious to false. The node says: not found");
    }

    @Test
    @DisplayName("where the image of the version itself is not to be had, there is no such way out")
    void imageMissing() {
        assertThat(trouble("""
                - {name: copy-0, image: "mysite:1.0", state: {terminated: {exitCode: 0}}}
                - {name: copy-1, image: "mysite:1.1", state: {waiting: {reason: ErrImagePull}}}
                """).orElseThrow())
                .startsWith("pod static-x: ErrImagePull: image mysite:1.1 is not to be had")
                .doesNotContain("keepPrevious");
    }

    @Test
    @DisplayName(
            "what a copy said is said while it fails, also while it waits or runs again, and no more when it is done")
    void lastWords() {
        var words =
                "pod static-x: container copy-0 ended with code 1: OSError: no space left; all its words: kubectl -n"
                        + " default logs static-x -c copy-0";
        var failed = "{exitCode: 1, message: \"Traceback\\nOSError: no space left\\n\"}";
        assertThat(trouble("- {name: copy-0, state: {terminated: " + failed + "}}"))
                .contains(words);
        for (var now : List.of("running: {}", "waiting: {reason: CrashLoopBackOff}")) {
            assertThat(trouble("- {name: copy-0, state: {" + now + "}, lastState: {terminated: " + failed + "}}"))
                    .contains(words);
        }
        assertThat(trouble("- {name: copy-0, state: {terminated: {exitCode: 0}}, lastState: {terminated: " + failed
                        + "}}"))
                .isEmpty();
    }

    private static Optional<String> trouble(String initContainerStatuses) {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: static-x, namespace: default}
                spec:
                  initContainers: [{name: copy-0}, {name: copy-1}]
                  containers: [{name: caddy}]
                status:
                  phase: Pending
                  containerStatuses: [{name: caddy, state: {waiting: {reason: PodInitializing}}}]
                  initContainerStatuses:
                """ + initContainerStatuses.indent(2), Pod.class);
        return DjangoPodTrouble.first(List.of(pod), new Redaction(nothing()));
    }

    private static DjangoAppObserved nothing() {
        var unconfigured = new Configuration(Optional.empty(), Optional.empty());
        return new DjangoAppObserved(
                Optional.empty(),
                new Nested(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Configured(Optional.empty(), unconfigured, unconfigured, Optional.empty()),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                Map.of(),
                Set.of(),
                Set.of(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty());
    }
}
