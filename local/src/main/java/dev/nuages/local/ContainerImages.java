package dev.nuages.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nuages.local.images.ImageArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The images in the cluster's own containerd, where its pods find them. */
final class ContainerImages {
    private static final String CONTENT_LABEL = "nuages.dev/content";

    private final Path socket;
    private List<String> table = List.of();

    ContainerImages(Path socket) {
        this.socket = socket;
    }

    /**
     * An image as containerd has it.
     *
     * @param name such as {@code nuages.local/redis:7}, or {@code sha256:} and the id that pods know it by
     * @param digest of its manifest: names of the same digest are the same image
     * @param ours whether it was put there by {@link #load}, and not by the user
     */
    record Stored(String name, String digest, boolean ours) {
        private boolean isId() {
            return name.startsWith("sha256:");
        }

        private String repository() {
            return name.substring(0, Math.max(0, name.lastIndexOf(':')));
        }
    }

    /** Puts an image there; false if it was there already. */
    boolean load(ImageArchive image) throws IOException, InterruptedException {
        // Fetched once: nobody else gives such labels.
        if (table.isEmpty()) {
            table = ctr("images", "list");
        }
        if (isStored(table, image)) {
            return false;
        }
        ctr("images", "import", image.path().toString());
        ctr("images", "label", image.ref(), label(image));
        return true;
    }

    /** Whether it is there under its name, as {@code ctr images list} has it. */
    static boolean isStored(List<String> table, ImageArchive image) {
        String label = label(image);
        return table.stream().anyMatch(line -> line.startsWith(image.ref() + " ") && line.contains(label));
    }

    /** Of what was built, not of what it was built from: of one recipe, a second build is another image. */
    private static String label(ImageArchive image) {
        return CONTENT_LABEL + "=" + id(image).substring("sha256:".length());
    }

    /**
     * The id, such as {@code sha256:29ec…}, by which a pod says what it was started from.
     *
     * @throws LocalClusterException if the archive cannot be read
     */
    static String id(ImageArchive image) {
        try {
            String manifest = Command.run(List.of(
                    "tar", "--extract", "--to-stdout", "--file", image.path().toString(), "manifest.json"));
            String config =
                    new ObjectMapper().readTree(manifest).path(0).path("Config").asText();
            return "sha256:" + config.substring(0, config.indexOf('.'));
        } catch (IOException e) {
            throw new LocalClusterException("Image " + image.ref() + " is not to be read: " + Failure.words(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalClusterException("Interrupted; the next run goes on from here.", e);
        }
    }

    /**
     * Forgets those of ours that newer ones have replaced.
     *
     * @param needed what the pods are to be started from now
     * @param ids the ids of the images that pods run, such as {@code sha256:29ec…}
     */
    void forgetReplaced(Collection<ImageArchive> needed, Set<String> ids) throws IOException, InterruptedException {
        List<Stored> stored = parse(ctr("images", "list"));
        Set<String> refs = needed.stream().map(ImageArchive::ref).collect(Collectors.toSet());
        Set<String> used = new HashSet<>(ids);
        ctr("containers", "list").stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1)
                .forEach(words -> used.add(words[1]));
        List<String> replaced = replaced(stored, refs, used);
        if (!replaced.isEmpty()) {
            List<String> remove = new ArrayList<>(List.of("images", "remove"));
            remove.addAll(replaced);
            ctr(remove.toArray(String[]::new));
        }
    }

    /**
     * The names that can go: tags of ours beside the needed one of the same repository, and ids that no name stands for,
     * unless somebody uses what they name.
     */
    static List<String> replaced(List<Stored> stored, Set<String> needed, Set<String> used) {
        Set<String> repositories = stored.stream()
                .filter(image -> needed.contains(image.name()))
                .map(Stored::repository)
                .collect(Collectors.toSet());
        Set<String> kept = stored.stream()
                .filter(image -> used.contains(image.name()))
                .map(Stored::digest)
                .collect(Collectors.toCollection(HashSet::new));
        List<String> replaced = new ArrayList<>();
        for (Stored image : stored) {
            boolean old = image.ours() && repositories.contains(image.repository()) && !needed.contains(image.name());
            if (old && !kept.contains(image.digest())) {
                replaced.add(image.name());
            } else if (!image.isId()) {
                kept.add(image.digest());
            }
        }
        stored.stream()
                .filter(image -> image.isId() && !kept.contains(image.digest()))
                .forEach(image -> replaced.add(image.name()));
        return replaced;
    }

    /** From the table that {@code ctr images list} prints: the name first, the digest third, the labels last. */
    static List<Stored> parse(List<String> table) {
        return table.stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 2)
                .map(words -> new Stored(words[0], words[2], words[words.length - 1].contains(CONTENT_LABEL)))
                .toList();
    }

    private List<String> ctr(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ctr", "--address", socket.toString(), "--namespace", "k8s.io"));
        command.addAll(List.of(arguments));
        List<String> lines = new ArrayList<>();
        Command.run(command, null, Map.of(), lines::add);
        return lines;
    }
}
