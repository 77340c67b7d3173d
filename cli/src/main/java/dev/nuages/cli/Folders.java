package dev.nuages.cli;

import dev.nuages.api.TolerantReading;
import dev.nuages.local.Home;
import dev.nuages.local.LocalCluster;
import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param root the repository
 * @param home what Nuages keeps on this machine
 * @param build the launcher's build: {@code lib/} and {@code operator/} with the jars of the command line and the operator
 */
record Folders(Path root, Home home, Path build) {

    /** As the launcher and the environment say. */
    static Folders current() {
        Path root = Path.of(System.getProperty("nuages.root", "")).toAbsolutePath();
        String build =
                System.getProperty("nuages.build", root.resolve("cli/target").toString());
        return new Folders(root, Home.ofThisUser(), Path.of(build));
    }

    /** The local cluster of this user. */
    LocalCluster localCluster() {
        return new LocalCluster(home, root, TolerantReading.serialization());
    }

    /** The administrator's credential of the local cluster, in context {@code nuages}. */
    Path kubeconfig() {
        return home.kubeconfig();
    }

    /** What this command line could not say in a sentence. */
    Path log() {
        return home.logs().resolve("cli.log");
    }

    /** What the local cluster did, step by step. */
    Path upLog() {
        return home.logs().resolve("up.log");
    }

    Path chart() {
        return root.resolve("charts").resolve("nuages");
    }
}
