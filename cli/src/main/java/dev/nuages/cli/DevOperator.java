package dev.nuages.cli;

import dev.nuages.local.images.BuildProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The operator as a process of this machine, from the classes that Maven or an IDE compiled. */
final class DevOperator {
    private static final String MAIN = "dev.nuages.operator.Operator";
    private static final int GRACE_SECONDS = 10;

    private final Folders folders;
    private final Path kubeconfig;
    private final Path hosts;
    private final int debugPort;
    private final Consumer<String> say;
    private @Nullable Process running;

    /** With no debugger's port if it is 0. */
    DevOperator(Folders folders, Path kubeconfig, Path hosts, int debugPort, Consumer<String> say) {
        this.folders = folders;
        this.kubeconfig = kubeconfig;
        this.hosts = hosts;
        this.debugPort = debugPort;
        this.say = say;
    }

    /** True if the sources compile; if not, Maven has said why. */
    boolean compile() throws IOException, InterruptedException {
        ProcessBuilder maven = new ProcessBuilder("mvn", "-q", "-o", "-B", "-pl", "operator", "-am", "compile")
                .directory(folders.root().toFile())
                .inheritIO();
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return maven.start().waitFor() == 0;
    }

    synchronized void start() {
        ProcessBuilder java = new ProcessBuilder(commandLine())
                .directory(folders.root().toFile())
                .inheritIO();
        java.environment().put("KUBECONFIG", kubeconfig.toString());
        java.environment().put("POD_NAMESPACE", OperatorInstall.NAMESPACE);
        java.environment()
                .put("POD_NAME", "nuages-dev-" + ProcessHandle.current().pid());
        // Nobody asks it there, and another program may have the usual one.
        java.environment().put("NUAGES_HTTP_PORT", "0");
        // Or it would keep the lease for good, if this process is killed.
        java.environment().putAll(new BuildProcesses(folders.home().root()).environment());
        try {
            Process started = java.start();
            running = started;
            Thread.ofVirtual().start(() -> tellOfItsEnd(started));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tellOfItsEnd(Process process) {
        int code = process.onExit().join().exitValue();
        synchronized (this) {
            if (process.equals(running)) {
                say.accept(
                        "The operator ended by itself, with exit code " + code + "; the next change starts it again.");
            }
        }
    }

    private List<String> commandLine() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The cluster's DNS is not this machine's: its services' names are looked up in a file instead.
        command.add("-Djdk.net.hosts.file=" + hosts);
        command.add("-Dsun.net.inetaddr.negative.ttl=1");
        if (debugPort != 0) {
            command.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + debugPort);
        }
        command.add("-cp");
        command.add(classPath());
        command.add(MAIN);
        return command;
    }

    private String classPath() {
        Path root = folders.root();
        return String.join(
                ":",
                root.resolve("operator/target/classes").toString(),
                root.resolve("core/target/classes").toString(),
                root.resolve("api/target/classes").toString(),
                libraries() + "/*");
    }

    private Path libraries() {
        return folders.home().dev().resolve("lib");
    }

    /** Keeps the libraries of this build, which the launcher deletes two builds later. */
    void keepLibraries() throws IOException {
        Path kept = Files.createDirectories(libraries());
        try (DirectoryStream<Path> former = Files.newDirectoryStream(kept)) {
            for (Path jar : former) {
                Files.delete(jar);
            }
        }
        try (DirectoryStream<Path> built =
                Files.newDirectoryStream(folders.build().resolve("operator"))) {
            for (Path jar : built) {
                Files.copy(jar, kept.resolve(jar.getFileName()));
            }
        }
    }

    /** Ends it, with the time it needs to give back the lease. */
    synchronized void stop() {
        Process process = running;
        running = null;
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
