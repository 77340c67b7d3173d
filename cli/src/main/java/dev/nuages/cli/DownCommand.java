package dev.nuages.cli;

import dev.nuages.local.LocalCluster;
import dev.nuages.local.PrintedProgress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description = "Stops the local cluster, and leaves nothing of it running; `nuages up` brings its sites back"
                + " with their data.")
final class DownCommand implements Callable<Integer> {
    @Option(names = "--purge", description = "Also deletes its data, and all that was built for it.")
    private boolean purge;

    @Override
    public Integer call() {
        Folders folders = Folders.current();
        try (PrintedProgress progress = Terminal.progress(folders);
                LocalCluster cluster = folders.localCluster()) {
            cluster.down(progress, purge);
        }
        return 0;
    }
}
