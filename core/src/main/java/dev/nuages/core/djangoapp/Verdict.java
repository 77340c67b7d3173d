package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where an application is, why, and what that means, in words. */
record Verdict(Phase phase, String reason, String message) {
    private static final String NOT_SERVING = "NotServing";

    /** What there is to judge by. */
    record Evidence(
            Wish wish,
            DjangoAppObserved seen,
            ConnectionBudget budget,
            List<Nesting.Need> needs,
            Migration migration,
            Optional<Deploy> deploy,
            Components components,
            Superuser superuser,
            Upkeep upkeep,
            boolean wasReady,
            Instant now) {
        /** Those whose pods are not all there. */
        List<HasMetadata> lackingPods() {
            return components
                    .workloads()
                    .filter(workload -> !components.hasItsPods(workload, seen, wasReady, now))
                    .toList();
        }

        /** What the Gateway says against the way to the site. */
        Optional<String> refusal() {
            return GatewayRoute.refusal(components.wanted(), seen);
        }
    }

    /** The first thing that is not as it should be; Ready where there is none. */
    static Verdict of(Evidence evidence) {
        return taken(evidence)
                .or(() -> homeless(evidence))
                .or(() -> stopped(evidence))
                .or(() -> late(evidence))
                .or(() -> overspent(evidence))
                .or(() -> needing(evidence))
                .or(() -> migrating(evidence))
                .or(() -> rollingOut(evidence))
                .or(() -> replacing(evidence))
                .or(() -> unmanned(evidence))
                .or(() -> empty(evidence))
                .or(() -> silent(evidence))
                .or(() -> unrouted(evidence))
                .orElseGet(() -> ready(evidence));
    }

    private static Optional<Verdict> taken(Evidence e) {
        return e.upkeep().taken().isEmpty()
                ? Optional.empty()
                : error(
                        "NameTaken",
                        String.join(", ", e.upkeep().taken())
                                + " exists and was not made for this application: rename or delete it");
    }

    private static Optional<Verdict> homeless(Evidence e) {
        return e.wish().host().isPresent()
                ? Optional.empty()
                : error("HostMissing", e.wish().hostMissing());
    }

    /** Others had its hosts before. */
    private static Optional<Verdict> late(Evidence e) {
        var lost = e.seen().lostHosts();
        return lost.isEmpty()
                ? Optional.empty()
                : error(
                        "HostTaken",
                        String.join(
                                        ", ",
                                        lost.entrySet().stream()
                                                .map(host -> "host " + host.getKey() + " leads to DjangoApp "
                                                        + host.getValue())
                                                .toList())
                                + ", which had it first: take it out there and let that be deployed, or ask for another in spec.host or spec.aliases");
    }

    private static Optional<Verdict> overspent(Evidence e) {
        return e.budget().refuses()
                ? error(
                        "ConnectionBudget",
                        serving(e) + "what is asked for is not deployed, for it could need "
                                + e.budget().message())
                : Optional.empty();
    }

    private static Optional<Verdict> stopped(Evidence e) {
        if (!e.wish().stopped()) {
            return Optional.empty();
        }
        var left = !e.lackingPods().isEmpty();
        var runs = e.seen().pods().stream()
                .filter(pod -> DjangoPod.runs(pod) && !DjangoPod.isLost(pod, e.now()))
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
        if (!runs.isEmpty()) {
            return Optional.of(new Verdict(
                    Phase.Deploying, "Stopping", "what is in hand is being ended, by " + String.join(", ", runs)));
        }
        return Optional.of(
                e.upkeep().effects().isEmpty() && !left && !e.migration().runs()
                        ? new Verdict(Phase.Stopped, "Stopped", "nothing runs, as spec.stopped asks; the data is kept")
                        : new Verdict(Phase.Deploying, "Stopping", "the processes are being ended"));
    }

    private static Optional<Verdict> needing(Evidence e) {
        return e.needs().stream()
                .filter(need -> !need.ready())
                .findFirst()
                .map(need ->
                        new Verdict(need.hopeless() ? Phase.Error : Phase.Initializing, need.reason(), need.message()));
    }

    private static Optional<Verdict> migrating(Evidence e) {
        var migration = e.migration();
        if (migration.settled()) {
            return Optional.empty();
        }
        if (migration.status() == null) {
            return Optional.of(new Verdict(Phase.Initializing, "Configuring", "the configuration is being made"));
        }
        return migration.failed()
                ? error(
                        "MigrationFailed",
                        migration.message() + " (see status.migration; " + serving(e)
                                + "set spec.version to one that migrates, or mend what it needs and run: nuages retry "
                                + e.wish().names().app() + " -n "
                                + e.wish().app().getMetadata().getNamespace() + ")")
                : Optional.of(new Verdict(Phase.Migrating, "Migrating", migration.message()));
    }

    private static String serving(Evidence e) {
        return e.migration()
                .release()
                .map(r -> "version " + r.version() + " serves on; ")
                .orElse("");
    }

    private static Optional<Verdict> rollingOut(Evidence e) {
        var late = e.lackingPods();
        var open = e.deploy().map(Deploy::open).orElse(false);
        var asWanted = e.upkeep().effects().isEmpty() && e.upkeep().leaving().isEmpty();
        if (late.isEmpty() && open && asWanted) {
            return Nesting.superfluous(e.wish(), e.seen().nested()).isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Verdict(
                                    Phase.Deploying,
                                    "RollingOut",
                                    "processes that are not asked for any more still end their work, and need what they work with"));
        }
        var stuck = late.stream()
                .flatMap(workload -> e.seen().object(ObjectRef.of(workload)).stream())
                .anyMatch(Rollout::stuck);
        var pods = e.seen().pods().stream()
                .filter(pod -> !MigrationJob.isMigration(pod))
                .toList();
        var trouble = late.stream()
                .flatMap(workload -> e.seen().object(ObjectRef.of(workload)).stream())
                .flatMap(workload -> Rollout.refusedPods(workload, e.seen()).stream())
                .findFirst()
                .map(new Redaction(e.seen())::redacted)
                .or(() -> DjangoPodTrouble.first(pods, new Redaction(e.seen())))
                .or(() -> DjangoPodTrouble.silent(pods, e.now()));
        var message = rollout(e, late, open) + trouble.map(text -> "; " + text).orElse("");
        return Optional.of(
                stuck
                        ? new Verdict(Phase.Error, "RolloutFailed", message)
                        : new Verdict(Phase.Deploying, "RollingOut", message));
    }

    private static String rollout(Evidence e, List<HasMetadata> late, boolean open) {
        var version = e.wish().version();
        if (late.isEmpty()) {
            return open
                    ? "version " + version + " is being rolled out"
                    : "the static files of version " + version + " are there; its processes follow";
        }
        var there = late.stream()
                .flatMap(workload -> e.seen().object(ObjectRef.of(workload)).stream())
                .toList();
        var runs = e.upkeep().effects().isEmpty()
                && there.size() == late.size()
                && there.stream().noneMatch(Rollout::goesOn);
        return "version " + version + (runs ? " runs, and waits for pods of " : " is being rolled out, waiting for ")
                + String.join(
                        ", ",
                        late.stream()
                                .map(workload -> e.seen()
                                        .object(ObjectRef.of(workload))
                                        .map(found -> ObjectRef.of(found) + Rollout.progress(found))
                                        .orElse(ObjectRef.of(workload).toString()))
                                .toList());
    }

    private static Optional<Verdict> replacing(Evidence e) {
        var web = e.seen().pods().stream().filter(pod -> answers(e, pod)).toList();
        var stay = web.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> template(pod).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        var former = web.stream().filter(pod -> isReplaced(e, pod, stay)).count();
        return former == 0
                ? Optional.empty()
                : Optional.of(new Verdict(
                        Phase.Deploying,
                        "RollingOut",
                        "every web pod of version " + e.wish().version() + " is ready; " + former
                                + " that it replaces may still answer"));
    }

    /** Whether it is a web pod that may answer: one that is told to end may, for proxies hear late that it goes. */
    private static boolean answers(Evidence e, Pod pod) {
        return labels(pod)
                        .entrySet()
                        .containsAll(DjangoPod.selector(e.wish().names(), Web.COMPONENT)
                                .entrySet())
                && DjangoPod.runs(pod)
                && !DjangoPod.isLost(pod, e.now());
    }

    /**
     * Whether others take a pod's place that answer otherwise: not where fewer of its kind are to run, or it is put on
     * another node.
     *
     * @param stay the templates of the pods that are not told to end
     */
    private static boolean isReplaced(Evidence e, Pod pod, Set<String> stay) {
        var ends = pod.getMetadata().getDeletionTimestamp() != null;
        return !e.wish().version().equals(labels(pod).get(DjangoPod.VERSION_LABEL))
                || (ends && template(pod).filter(stay::contains).isEmpty());
    }

    /** Which of a Deployment's templates a pod was made by. */
    private static Optional<String> template(Pod pod) {
        return Optional.ofNullable(labels(pod).get("pod-template-hash"));
    }

    private static Map<String, String> labels(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    }

    private static Optional<Verdict> unmanned(Evidence e) {
        return e.superuser()
                .failure()
                .flatMap(output -> error(
                        "SuperuserFailed",
                        "version " + e.wish().version() + " serves, but the superuser could not be made: " + output
                                + " (mend what it needs and run: nuages retry "
                                + e.wish().names().app() + " -n "
                                + e.wish().app().getMetadata().getNamespace() + ")"));
    }

    /** Where no web pod is asked for nobody can answer, though all that is asked for is so. */
    private static Optional<Verdict> empty(Evidence e) {
        var web = e.wish().names().web();
        if (e.seen().deployment(web).filter(Rollout::asksForPods).isPresent()) {
            return Optional.empty();
        }
        return error(
                NOT_SERVING,
                "Deployment " + web + " has no pods, so nobody answers: "
                        + (e.wish().processes().web().autoscale() == null
                                ? "set spec.web.replicas to 1 or more"
                                : "somebody scaled it to 0, and an autoscaler leaves none at none. Run: kubectl -n "
                                        + e.wish().app().getMetadata().getNamespace() + " scale deployment " + web
                                        + " --replicas=1"));
    }

    private static Optional<Verdict> silent(Evidence e) {
        return e.seen()
                .site()
                .filter(answer -> !answer.good())
                .map(answer -> new Verdict(Phase.Deploying, NOT_SERVING, answer.words()));
    }

    /** The web Service answers us, and nobody from outside comes to it. */
    private static Optional<Verdict> unrouted(Evidence e) {
        return e.refusal().map(words -> new Verdict(Phase.Deploying, NOT_SERVING, words));
    }

    private static Verdict ready(Evidence e) {
        var url = e.wish().url().orElse("");
        return new Verdict(
                Phase.Ready,
                "Ready",
                "version " + e.wish().version()
                        + (e.wish().maintenance() ? " runs behind the maintenance page at " : " serves at ") + url
                        + scaling(e));
    }

    /** What an autoscaler has just asked for, or taken away. */
    private static String scaling(Evidence e) {
        var scaled = e.components()
                .workloads()
                .flatMap(workload -> e.seen().object(ObjectRef.of(workload)).stream())
                .filter(found -> !Rollout.done(found))
                .flatMap(found -> found instanceof Deployment deployment ? Stream.of(deployment) : Stream.empty())
                .map(deployment -> ObjectRef.of(deployment) + " (" + Rollout.available(deployment) + ")")
                .toList();
        return scaled.isEmpty() ? "" : "; being scaled: " + String.join(", ", scaled);
    }

    /** Whether this is why the site does not answer. */
    boolean silent() {
        return reason.equals(NOT_SERVING);
    }

    private static Optional<Verdict> error(String reason, String message) {
        return Optional.of(new Verdict(Phase.Error, reason, message));
    }
}
