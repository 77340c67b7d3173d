package dev.nuages.local;

import dev.nuages.local.images.BuildProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster's running programs. Each is known by a variable in its environment, which its children inherit: so none is
 * mistaken for another, as by a pid in a file, and none is lost, however the launcher ended.
 */
final class Daemons {
    private static final String MARK = "NUAGES_COMPONENT";
    private static final String KEY = "NUAGES_COMPONENT_KEY";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Home home;

    Daemons(Home home) {
        this.home = home;
    }

    /** Starts a component that does not run, or not as it is now meant to, and says whether it had to. */
    boolean ensure(Component component) throws IOException, InterruptedException {
        List<ProcessHandle> running = find(component.name());
        String key = KEY + "=" + component.key();
        if (!running.isEmpty()
                && running.stream()
                        .allMatch(process -> BuildProcesses.environment(process).contains(key))) {
            return false;
        }
        end(running);
        Process process = component.start(home.logs(), Map.of(MARK, mark(component.name()), KEY, component.key()));
        while (process.isAlive() && !hasBegun(process.toHandle())) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    /** The names of those that run. */
    Set<String> running() {
        String ours = MARK + "=" + mark("");
        return ProcessHandle.allProcesses()
                .filter(Daemons::leadsSession)
                .flatMap(process -> BuildProcesses.environment(process).stream())
                .filter(variable -> variable.startsWith(ours))
                .map(variable -> variable.substring(ours.length()))
                .collect(Collectors.toSet());
    }

    boolean runs(String name) {
        return !find(name).isEmpty();
    }

    /** Ends components, all at once, and waits until they are gone. */
    void stop(String... names) throws InterruptedException {
        end(Stream.of(names).flatMap(name -> find(name).stream()).toList());
    }

    /** As {@link #stop}, but at once: for those that hold nothing that is not in etcd. */
    void kill(String... names) {
        List<ProcessHandle> found =
                Stream.of(names).flatMap(name -> find(name).stream()).toList();
        found.forEach(ProcessHandle::destroyForcibly);
        found.forEach(process -> process.onExit().join());
    }

    private static void end(List<ProcessHandle> processes) throws InterruptedException {
        processes.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException stubborn) {
                process.destroyForcibly();
                process.onExit().join();
            }
        }
    }

    private String mark(String name) {
        return home.cluster() + "#" + name;
    }

    /** True if containerd's containers may run, even if containerd does not. */
    boolean hasShims() {
        return !shims().isEmpty();
    }

    /** Ends the processes that stand between containerd and its containers. */
    void killShims() {
        List<ProcessHandle> shims = shims();
        shims.forEach(ProcessHandle::destroyForcibly);
        shims.forEach(shim -> shim.onExit().join());
    }

    private List<ProcessHandle> shims() {
        return marked("containerd").stream()
                .filter(process -> !leadsSession(process))
                .toList();
    }

    /** A component was started as the leader of a session of its own; its children are not. */
    private List<ProcessHandle> find(String name) {
        return marked(name).stream().filter(Daemons::leadsSession).toList();
    }

    private List<ProcessHandle> marked(String name) {
        String wanted = MARK + "=" + mark(name);
        return ProcessHandle.allProcesses()
                .filter(process -> BuildProcesses.environment(process).contains(wanted))
                .toList();
    }

    /**
     * Whether it is the component's own program, and no longer setsid, which becomes it: while that goes on, a process has
     * no environment that one could read, and would be taken for one that ended.
     */
    private static boolean hasBegun(ProcessHandle process) {
        boolean becomes = process.info().command().orElse("/setsid").endsWith("/setsid");
        return !becomes
                && leadsSession(process)
                && BuildProcesses.environment(process).stream().anyMatch(v -> v.startsWith(MARK));
    }

    private static boolean leadsSession(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            // After the name in parentheses: state, parent, group, session.
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5));
            return fields.get(3).equals(String.valueOf(process.pid()));
        } catch (IOException gone) {
            return false;
        }
    }
}
