package dev.nuages.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The cluster's running programs. Each is known by a variable in its environment, which its children inherit: so none is
 * mistaken for another, as by a pid in a file, and none is lost, however the launcher ended.
 */
final class Daemons {
    private static final String MARK = "NUAGES_COMPONENT";

    private final Home home;

    Daemons(Home home) {
        this.home = home;
    }

    /** Starts a component that does not run, and says whether it had to. */
    boolean ensure(Component component) throws IOException {
        if (!find(component.name()).isEmpty()) {
            return false;
        }
        component.start(home.logs(), Map.of(MARK, mark(component.name())));
        return true;
    }

    boolean runs(String name) {
        return !find(name).isEmpty();
    }

    /** Ends a component and its children, and waits until they are gone. */
    void stop(String name) throws InterruptedException {
        List<ProcessHandle> found = find(name);
        found.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : found) {
            try {
                process.onExit().get(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException stubborn) {
                process.destroyForcibly();
            }
        }
    }

    private String mark(String name) {
        return home.cluster() + "#" + name;
    }

    /** Whatever a component left behind, such as the shims of containerd's containers. */
    List<ProcessHandle> offspring(String name) {
        return marked(name);
    }

    /** A component was started as the leader of a session of its own; its children are not. */
    private List<ProcessHandle> find(String name) {
        return marked(name).stream().filter(Daemons::leadsSession).toList();
    }

    private List<ProcessHandle> marked(String name) {
        String wanted = MARK + "=" + mark(name);
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(wanted))
                .toList();
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

    private static List<String> environment(ProcessHandle process) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ"));
            return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }
}
