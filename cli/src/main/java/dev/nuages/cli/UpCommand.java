package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.local.LocalCluster;
import dev.nuages.local.PrintedProgress;
import dev.nuages.local.ServerSideApply;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = {
            "Brings up a Kubernetes on this machine, with the operator and an example site; run again, it puts back what"
                    + " is missing, and migrates and restarts the sites whose images were rebuilt under the same name.",
            "With --context and --image, installs the CRDs and the operator on a cluster of your own, and nothing else."
        },
        footer = {
            "",
            "Examples:",
            "  nuages up",
            "  nuages up --context kind-kind --image registry.example.org/nuages-operator:0.1"
        })
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "A context of your kubeconfig: the cluster to install the operator on.")
    private @Nullable String context;

    @Option(
            names = "--image",
            paramLabel = "REF",
            description = "The operator's image, where that cluster can pull it; docs/images.md says how to get one.")
    private @Nullable String image;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (context != null && image != null) {
            installOn(context, image, out);
        } else if (context != null || image != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--context and --image go together: the cluster, and the operator's image that it can pull");
        } else {
            up(out);
        }
        return 0;
    }

    private static void up(PrintWriter out) {
        Folders folders = Folders.current();
        LocalUp.Result result;
        Thread interrupted = Thread.ofPlatform()
                .unstarted(
                        () -> System.err.println("nuages: ended before all was done; `nuages up` goes on from there."));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (PrintedProgress progress = Terminal.progress(folders);
                LocalCluster cluster = folders.localCluster()) {
            progress.say("The log is " + folders.upLog() + ".");
            result = new LocalUp(folders, progress).run(cluster);
        } finally {
            forget(interrupted);
        }
        if (!result.changed()) {
            say(out, "Nothing to change.");
        }
        say(out, "");
        DjangoApp example = result.example();
        say(
                out,
                example.getMetadata().getName() + " " + example.getSpec().version() + " "
                        + Settled.of(example).orElseThrow().words(example));
        say(out, "");
        say(out, "Next:");
        say(out, "  ./nuages kubectl get djangoapps       what runs");
        say(out, "  export KUBECONFIG=" + folders.kubeconfig() + "   for a kubectl of your own");
        say(out, "  ./nuages down                         stops it, and keeps its data");
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            return;
        }
    }

    private static void installOn(String context, String image, PrintWriter out) {
        try (KubernetesClient client = Connection.context(context)) {
            var install = new OperatorInstall(
                    client,
                    new Chart(Folders.current().chart(), client.getKubernetesSerialization()),
                    new ServerSideApply(client, OperatorInstall.FIELD_MANAGER, false),
                    Connection.kubectl(context),
                    said -> say(out, "  " + said));
            install.requireKubernetes();
            int written = install.install(image);
            say(
                    out,
                    written == 0
                            ? "Nothing to change: the operator runs on " + context + "."
                            : "The operator runs on " + context + ", in namespace " + OperatorInstall.NAMESPACE
                                    + ". Next, it needs a DjangoEnvironment; see examples/environment.yaml.");
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
