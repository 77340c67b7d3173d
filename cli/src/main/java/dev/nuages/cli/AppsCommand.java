package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "apps",
        description = "Lists the Django applications of all namespaces, and what those that are not Ready wait for.")
final class AppsCommand implements Callable<Integer> {
    private static final String ROW = "%-20s %-16s %-10s %-13s %s%n";

    @Mixin
    private final WhichCluster cluster = new WhichCluster();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (KubernetesClient client = cluster.connect()) {
            List<DjangoApp> apps =
                    client.resources(DjangoApp.class).inAnyNamespace().list().getItems();
            if (apps.isEmpty()) {
                out.println("no DjangoApp in this cluster");
            } else {
                out.printf(ROW, "NAMESPACE", "NAME", "VERSION", "PHASE", "");
                apps.forEach(app -> row(out, app));
            }
        }
        out.flush();
        return 0;
    }

    private static void row(PrintWriter out, DjangoApp app) {
        DjangoAppStatus status = Objects.requireNonNullElse(app.getStatus(), DjangoAppStatus.EMPTY);
        boolean ready = status.phase() == DjangoAppStatus.Phase.Ready;
        out.printf(
                ROW,
                app.getMetadata().getNamespace(),
                app.getMetadata().getName(),
                app.getSpec().version(),
                status.phase() == null ? "-" : status.phase(),
                Objects.requireNonNullElse(ready ? status.url() : message(status), ""));
    }

    /** Why it is as it is, if that is known yet. */
    static @Nullable String message(DjangoAppStatus status) {
        return Conditions.find(status.conditions(), status.phase() == DjangoAppStatus.Phase.Paused ? "Paused" : "Ready")
                .map(Condition::getMessage)
                .orElse(null);
    }
}
