package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;

/** Namespaces of one test each. */
final class Namespaces {
    private Namespaces() {}

    /**
     * Makes one that takes no pod but what passes the Pod Security Standard {@code restricted}; if a run that was killed
     * left one of that name, what is in it goes first.
     */
    static void fresh(String name) {
        if (!kubectl("get", "namespace", name, "--ignore-not-found").isBlank()) {
            remove(name);
        }
        kubectl("create", "namespace", name);
        kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
    }

    /**
     * The pods of Django first: else Kubernetes looks after the rest of a namespace only when the half of their longest grace is
     * over. They have a second, for nobody waits for what they have in hand.
     */
    static void remove(String name) {
        kubectl("-n", name, "delete", "djangoapps", "--all", "--wait=true", "--timeout=5m");
        kubectl(
                "-n",
                name,
                "delete",
                "pods",
                "-l",
                "nuages.dev/owner-kind=DjangoApp",
                "--grace-period=1",
                "--wait=true",
                "--timeout=5m");
        kubectl("delete", "namespace", name, "--wait=true", "--timeout=5m");
    }
}
