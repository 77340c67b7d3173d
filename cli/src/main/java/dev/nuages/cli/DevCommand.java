package dev.nuages.cli;

import dev.nuages.local.Failure;
import dev.nuages.local.images.BuildProcesses;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "dev",
        description = {
            "Runs the operator from the working tree against the local cluster, with the rights of its own"
                    + " ServiceAccount, in place of the one in the cluster, which comes back at the end.",
            "A changed source is compiled, and changed classes restart it. Ctrl-C ends it."
        },
        footer = {"", "Examples:", "  nuages dev", "  nuages dev --debug        a debugger may attach to port 5005"})
final class DevCommand implements Callable<Integer> {
    /** So long after its last write a change is whole. */
    private static final Duration QUIET = Duration.ofMillis(300);

    @Option(
            names = "--debug",
            arity = "0..1",
            fallbackValue = "5005",
            paramLabel = "PORT",
            description = "Opens a debugger's port (JDWP) on the loopback. Default: ${FALLBACK-VALUE}.")
    private int debugPort;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Folders folders = Folders.current();
        Path work = folders.home().dev();
        new BuildProcesses(folders.home().root()).endOrphans();
        try (KubernetesClient client = Connection.local(folders.kubeconfig());
                var standIn = DevStandIn.prepare(client, work);
                var services = DevServiceNames.follow(client, work.resolve("hosts"));
                var changes = new DevChanges(folders.root())) {
            var operator =
                    new DevOperator(folders, standIn.kubeconfig(), services.hosts(), debugPort, line -> say(out, line));
            Thread stopped =
                    Thread.ofPlatform().unstarted(() -> end(operator::stop, standIn::giveBack, line -> say(out, line)));
            operator.keepLibraries();
            // Before anything is put aside: to wait for the pods' end takes a while, amid which one may press Ctrl-C.
            Runtime.getRuntime().addShutdownHook(stopped);
            standIn.takeOver(client);
            operator.start();
            say(
                    out,
                    "The operator runs from the working tree" + (debugPort == 0 ? "" : ", debugger's port " + debugPort)
                            + ". Ctrl-C ends it.");
            while (true) {
                if (!changes.compiled(changes.await(QUIET), QUIET, operator::compile)) {
                    say(out, "It does not compile; the operator goes on as it was.");
                    continue;
                }
                operator.stop();
                operator.start();
                say(out, "Restarted.");
            }
        }
    }

    /** Ends the one and brings back the other, whatever comes of either: nobody is there any more to hear an exception. */
    static void end(Runnable stop, Runnable giveBack, Consumer<String> say) {
        try {
            stop.run();
        } catch (RuntimeException e) {
            say.accept("The operator did not stop: " + Failure.words(e) + ".");
        }
        try {
            giveBack.run();
        } catch (RuntimeException e) {
            say.accept("The operator in the cluster is not back, which the next `nuages up` does: " + Failure.words(e));
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println("nuages dev: " + line);
        out.flush();
    }
}
