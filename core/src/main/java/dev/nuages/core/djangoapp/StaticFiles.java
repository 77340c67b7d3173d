package dev.nuages.core.djangoapp;

import dev.nuages.api.MediaSpec;
import dev.nuages.api.Processes;
import dev.nuages.api.Release;
import dev.nuages.api.StaticFilesSpec;
import dev.nuages.core.Containers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that Caddy serves: static files of the release and of the one before it, and uploads where they are on a
 * volume. Each image's files are copied by a container of that image when a pod starts; the current one's last, so that
 * its are served where both have a file of the same name.
 */
final class StaticFiles {
    static final String COMPONENT = "static";

    private static final Pattern SLASHES_AT_ITS_END = Pattern.compile("/+$");
    private static final String DEFAULT_ROOT = "/app/static";
    private static final String FOLDER = "/srv/static";
    private static final String VOLUME = "files";
    private static final String COPY = "copy-";

    /** As ManifestStaticFilesStorage names files: twelve digits of the content's hash before the suffix. */
    private static final String HASHED = "\\.[0-9a-f]{12}\\.[^/.]+$";

    private StaticFiles() {}

    static boolean wanted(Release release) {
        return release.processes().staticFiles() != null
                || DjangoPod.mediaVolume(release.processes()).isPresent();
    }

    /** The URL prefix of the static files, without a slash at its end. */
    static String path(StaticFilesSpec spec) {
        return withoutSlash(Optional.ofNullable(spec.path()).orElse("/static"));
    }

    /** The URL prefix of the uploads, without a slash at its end. */
    static String path(MediaSpec spec) {
        return withoutSlash(Optional.ofNullable(spec.path()).orElse("/media"));
    }

    /** The URL prefix of uploads that are on a volume, which we serve. */
    static Optional<String> uploads(Processes processes) {
        return Optional.ofNullable(processes.media())
                .filter(media -> media.volume() != null)
                .map(StaticFiles::path);
    }

    static String withoutSlash(String path) {
        return SLASHES_AT_ITS_END.matcher(path).replaceAll("");
    }

    /**
     * All of it.
     *
     * @param releases those whose static files to serve, the oldest first
     */
    static List<HasMetadata> objects(Running all, List<Release> releases) {
        if (!wanted(all.release())) {
            return List.of();
        }
        var spec = Optional.ofNullable(all.processes().staticFiles()).orElse(StaticFilesSpec.EMPTY);
        var running = all.of(spec.pods());
        var caddy = new Caddy(running, COMPONENT, caddyfile(all.release(), releases));
        var pod = running.django()
                .settled(new PodSpecBuilder(), COMPONENT)
                .withServiceAccountName(running.names().app())
                .withInitContainers(copies(releases))
                .withContainers(caddy.container(spec.resources(), mounts(running)))
                .withVolumes(volumes(running, caddy))
                .build();
        var deployment = running.deployment(
                COMPONENT,
                running.replicas(spec.replicas(), false),
                running.template(COMPONENT, pod, running.graceSeconds(Caddy.DOWNLOAD_SECONDS), caddy.configHash()));
        var objects = new ArrayList<HasMetadata>();
        objects.add(caddy.configMap());
        objects.add(running.service(COMPONENT));
        objects.addAll(running.scaled(deployment, COMPONENT, null, 0));
        return objects;
    }

    /** The images whose static files a Deployment of ours serves, if it does as a release and those beside it need it. */
    static Optional<List<String>> served(Deployment deployment, Release release, List<Release> releases) {
        var images = GivenImage.ofInitContainers(deployment, releases.stream().map(Release::image))
                .toList();
        var asNeeded = ConfigHashes.mark(deployment)
                .filter(Caddy.hash(caddyfile(release, releases))::equals)
                .isPresent();
        return Optional.of(images).filter(all -> asNeeded && all.contains(release.image()));
    }

    /** Whether the files of two releases are the same, and at the same place. */
    static boolean same(Release one, Release other) {
        return one.image().equals(other.image()) && prefixes(List.of(one)).equals(prefixes(List.of(other)));
    }

    /** Where the static files of releases are asked for. */
    static Set<String> prefixes(List<Release> releases) {
        return releases.stream()
                .flatMap(release -> Stream.ofNullable(release.processes().staticFiles()))
                .map(StaticFiles::path)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether a container copies the static files of another version than the newest that its pod serves. */
    static boolean copiesFormer(Pod pod, ContainerStatus status) {
        var copies = pod.getSpec().getInitContainers().stream()
                .map(Container::getName)
                .filter(name -> name.startsWith(COPY))
                .toList();
        return copies.contains(status.getName()) && !copies.getLast().equals(status.getName());
    }

    private static String caddyfile(Release release, List<Release> releases) {
        var handlers = new StringBuilder();
        var immutable = Optional.ofNullable(release.processes().staticFiles())
                .map(StaticFilesSpec::immutable)
                .orElse(HASHED);
        prefixes(releases).forEach(prefix -> handlers.append("""
                        handle_path %1$s/* {
                            root * %2$s
                            encode zstd gzip
                            @hashed {
                                path_regexp %3$s
                                file
                            }
                            @other {
                                not path_regexp %3$s
                                file
                            }
                            header @hashed Cache-Control "public, max-age=31536000, immutable"
                            header @other Cache-Control "public, max-age=300"
                            header X-Content-Type-Options nosniff
                            file_server
                        }
                        """.formatted(prefix, FOLDER, immutable)));
        uploads(release.processes())
                .ifPresent(prefix -> handlers.append("""
                        handle_path %s/* {
                            root * %s
                            header X-Content-Type-Options nosniff
                            header Content-Security-Policy "default-src 'none'; sandbox"
                            file_server
                        }
                        """.formatted(prefix, DjangoPod.MEDIA_FOLDER)));
        return Caddy.config(handlers.append("respond 404\n").toString());
    }

    private static List<Container> copies(List<Release> releases) {
        var copies = new ArrayList<Container>();
        var copied = new TreeSet<String>();
        for (var release : releases) {
            var spec = release.processes().staticFiles();
            var root = spec == null
                    ? DEFAULT_ROOT
                    : Optional.ofNullable(spec.root()).orElse(DEFAULT_ROOT);
            if (spec != null && copied.add(release.image() + ":" + root)) {
                copies.add(new ContainerBuilder()
                        .withName(COPY + copies.size())
                        .withImage(release.image())
                        .withCommand("python", "-c", Scripts.COPY_STATIC_FILES, root, FOLDER)
                        .withResources(Containers.requests("20m", "32Mi"))
                        .withSecurityContext(Containers.restricted())
                        .withTerminationMessagePolicy("FallbackToLogsOnError")
                        .withVolumeMounts(Containers.mount(VOLUME, FOLDER))
                        .build());
            }
        }
        return copies;
    }

    private static List<VolumeMount> mounts(Running running) {
        var mounts = new ArrayList<VolumeMount>();
        if (running.processes().staticFiles() != null) {
            mounts.add(Containers.mount(VOLUME, FOLDER));
        }
        DjangoPod.mediaVolume(running.processes())
                .ifPresent(volume -> mounts.add(Containers.mount("media", DjangoPod.MEDIA_FOLDER)));
        return mounts;
    }

    private static List<Volume> volumes(Running running, Caddy caddy) {
        var volumes = new ArrayList<>(caddy.volumes());
        volumes.add(Containers.emptyDir(VOLUME));
        DjangoPod.mediaVolume(running.processes())
                .ifPresent(volume -> volumes.add(DjangoPod.mediaVolume(running.names())));
        return volumes;
    }
}
