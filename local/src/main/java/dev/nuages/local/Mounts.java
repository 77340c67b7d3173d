package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is mounted on this machine. */
final class Mounts {
    /** How the kernel writes a space, and what else would end a field. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    private Mounts() {}

    /** Takes away all that is mounted below a folder. */
    static void unmountBelow(Path folder) throws IOException, InterruptedException {
        List<String> mounts = below(folder, Files.readString(Path.of("/proc/self/mounts")));
        if (!mounts.isEmpty()) {
            List<String> command = new ArrayList<>(List.of("umount", "--lazy"));
            command.addAll(mounts);
            Command.run(command);
        }
    }

    /** The mount points below a folder, the innermost first. */
    static List<String> below(Path folder, String table) {
        return table.lines()
                .map(line -> line.split(" ", 3)[1])
                .map(Mounts::unescaped)
                .filter(path -> path.startsWith(folder + "/"))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static String unescaped(String path) {
        return ESCAPED.matcher(path)
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 8))));
    }
}
