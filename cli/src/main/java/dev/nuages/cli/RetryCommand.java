package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.MigrationStatus;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "retry",
        description =
                "Tries again what failed: the migration of an application whose phase is Error, or the making of its superuser after it.",
        footer = {"", "Example:", "  nuages retry mysite -n default"})
final class RetryCommand implements Callable<Integer> {
    /** The reason that an application's condition {@code Ready} has where its superuser could not be made. */
    private static final String SUPERUSER_FAILED = "SuperuserFailed";

    @Parameters(paramLabel = "APP", description = "The DjangoApp's name.")
    @SuppressWarnings("NullAway.Init")
    private String app;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = "default",
            description = "The DjangoApp's namespace. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @Mixin
    private final WhichCluster cluster = new WhichCluster();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (KubernetesClient client = cluster.connect()) {
            Resource<DjangoApp> resource =
                    client.resources(DjangoApp.class).inNamespace(namespace).withName(app);
            DjangoApp found = resource.get();
            if (found == null) {
                throw new Refusal("there is no DjangoApp " + app + " in namespace " + namespace + others(client));
            }
            refuseUnlessFailed(found);
            ask(resource);
            spec.commandLine()
                    .getOut()
                    .println("Asked for another try: " + app + " migrates to "
                            + found.getSpec().version() + " once more. See how it goes with `" + cluster.kubectl()
                            + " -n " + namespace + " get djangoapp " + app + " --watch`.");
            spec.commandLine().getOut().flush();
        }
        return 0;
    }

    /** Asks for another migration; answers how the status will call this request. */
    static String ask(Resource<DjangoApp> app) {
        String request = request();
        app.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"" + dev.nuages.api.Nuages.RETRY_ANNOTATION + "\":\"" + request
                        + "\"}}}");
        return request;
    }

    private void refuseUnlessFailed(DjangoApp found) {
        Phase phase = Objects.requireNonNullElse(found.getStatus(), DjangoAppStatus.EMPTY)
                .phase();
        if (phase == Phase.Paused) {
            throw new Refusal(app + " is paused, as spec.paused asks: nothing is tried until that is taken away");
        }
        if (phase != Phase.Error) {
            throw new Refusal(app + (phase == null ? " has only begun" : " is " + phase)
                    + ", not Error: there is nothing to try again");
        }
        MigrationStatus migration = found.getStatus().migration();
        Optional<Condition> ready = Conditions.find(found.getStatus().conditions(), "Ready");
        boolean failed = migration != null && migration.state() == MigrationStatus.State.Failed;
        if (!failed && ready.filter(c -> SUPERUSER_FAILED.equals(c.getReason())).isEmpty()) {
            throw new Refusal("no migration of " + app + " has failed, so there is none to try again: "
                    + ready.map(Condition::getMessage)
                            .orElse("see `" + cluster.kubectl() + " -n " + namespace + " describe djangoapp " + app
                                    + "`"));
        }
    }

    private String others(KubernetesClient client) {
        List<String> names = client.resources(DjangoApp.class).inAnyNamespace().list().getItems().stream()
                .map(one -> one.getMetadata().getNamespace() + "/"
                        + one.getMetadata().getName())
                .sorted()
                .toList();
        return names.isEmpty() ? ", nor in any other" : "; there is " + String.join(", ", names);
    }

    /** New at every call, also at two in one moment. */
    private static String request() {
        return Instant.now() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
