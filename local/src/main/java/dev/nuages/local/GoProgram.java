package dev.nuages.local;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A program built from a Go module under {@code local/go}. */
public enum GoProgram {
    /** All components of Kubernetes, chosen by the name it is started under. */
    KUBERNETES("kubernetes", "."),
    /** Apart from those, for it is started often: what they set up when they start took a third of its time. */
    KUBECTL("kubernetes", "./kubectl"),
    ETCD("etcd", "go.etcd.io/etcd/server/v3"),
    PAUSE("pause", "."),
    COREDNS("coredns", "."),
    METRICS_SERVER("metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server"),
    LOCAL_PATH_PROVISIONER("local-path-provisioner", "github.com/rancher/local-path-provisioner");

    final String module;
    final String goPackage;

    GoProgram(String module, String goPackage) {
        this.module = module;
        this.goPackage = goPackage;
    }

    /**
     * A statement that is left out of a program, for what it does to it.
     *
     * @param module whose it is
     * @param file in that module
     */
    record Omission(String module, String file, String statement) {}

    /**
     * What is left out. The provisioner reads its configuration anew every 30 s, and may so wait for itself for ever: who
     * looks for a volume's path takes the lock for reading twice, and a writer that comes in between lets in no reader.
     * Its configuration does not change here.
     */
    Optional<Omission> omission() {
        return this == LOCAL_PATH_PROVISIONER
                ? Optional.of(new Omission(goPackage, "provisioner.go", "p.watchAndRefreshConfig()"))
                : Optional.empty();
    }

    /** What it is called. */
    String program() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The files of its module that it is built from. */
    List<String> sources() {
        return switch (this) {
            case PAUSE -> List.of("go.mod", "main.go");
            case COREDNS -> List.of("go.mod", "go.sum", "main.go");
            case KUBECTL -> List.of("go.mod", "go.sum", "kubectl/main.go");
            case KUBERNETES -> List.of("go.mod", "go.sum", "main.go", "apiserver.go", "proxy.go");
            default -> List.of("go.mod", "go.sum");
        };
    }

    /** Without symbols; Kubernetes also tells its version, which it otherwise knows only from its own build. */
    String ldflags() {
        if (this != KUBERNETES && this != KUBECTL) {
            return "-s -w";
        }
        String version = "k8s.io/component-base/version.";
        return "-s -w -X %1$sgitVersion=v1.36.3 -X %1$sgitMajor=1 -X %1$sgitMinor=36".formatted(version);
    }
}
