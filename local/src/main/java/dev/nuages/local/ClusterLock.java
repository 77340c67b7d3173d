package dev.nuages.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * One process at a time works on the cluster. Which one, and at what, is in the lock's file, so that the next can say whom
 * it waits for, or end it; the lock itself goes with the process, however it ends.
 */
final class ClusterLock implements AutoCloseable {
    private final FileChannel channel;

    private ClusterLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Who works on the cluster.
     *
     * @param work what it was told to do, such as {@code up}
     */
    record Holder(long pid, String work) {
        private static final Holder UNKNOWN = new Holder(0, "something");

        static Holder parse(String text) {
            String[] words = text.strip().split(" ", 2);
            return words.length == 2 && words[0].matches("[0-9]{1,18}")
                    ? new Holder(Long.parseLong(words[0]), words[1])
                    : UNKNOWN;
        }

        private String text() {
            return pid + " " + work + "\n";
        }
    }

    /**
     * Waits until nobody else works on the cluster.
     *
     * @param work what is to be done
     * @param inTheWay hears who holds the lock, if somebody does
     */
    static ClusterLock take(Home home, String work, Consumer<Holder> inTheWay) throws IOException {
        Path file = home.lock();
        String mine = new Holder(ProcessHandle.current().pid(), work).text();
        while (true) {
            Files.createDirectories(home.root());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Object opened = inode(file);
            if (channel.tryLock() == null) {
                inTheWay.accept(Holder.parse(read(channel)));
                channel.lock();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(mine.getBytes(StandardCharsets.UTF_8)), 0);
            if (opened.equals(inode(file))) {
                return new ClusterLock(channel);
            }
            // Whoever held it has deleted it, with all the rest: others would not see this one.
            channel.close();
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(200);
        int length = channel.read(bytes, 0);
        return new String(bytes.array(), 0, Math.max(0, length), StandardCharsets.UTF_8);
    }

    /** Looked up, and not read: closing the file once would give up the lock, which is the whole process's. */
    private static Object inode(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (NoSuchFileException deleted) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
