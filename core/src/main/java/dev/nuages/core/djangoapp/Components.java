package dev.nuages.core.djangoapp;

import dev.nuages.api.BeatSpec;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.Nuages;
import dev.nuages.api.Release;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import dev.nuages.core.keda.ScaledObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All objects that an application's processes and routes should be, and no others: what is ours and not among them goes.
 *
 * @param wanted in the order in which they are made
 * @param held what is to be made when what is in its place has gone
 * @param confirmations what must be true before they are
 */
record Components(List<HasMetadata> wanted, List<HasMetadata> held, List<Confirmation> confirmations) {
    /** Where nobody knows what they should be: nothing is made, and what there is stays. */
    static final Components NONE = new Components(List.of(), List.of(), List.of());

    /**
     * The objects.
     *
     * @param hosts what they answer to
     * @param config the hashes of the configuration that Django's pods should have read
     */
    static Components of(
            Wish wish, Deploy deploy, DjangoAppObserved seen, Hosts hosts, ConfigHashes config, boolean migrating) {
        var files = new Running(wish, deploy.release(), config, migrating);
        var running = new Running(wish, deploy.processes(), config, migrating);
        var wanted = new ArrayList<HasMetadata>(StaticFiles.objects(files, deploy.statics()));
        wanted.addAll(Web.objects(running, hosts.primary()));
        wanted.addAll(Websockets.objects(running, hosts.primary()));
        wanted.addAll(ChannelWorkers.objects(running));
        wanted.addAll(CeleryPools.objects(running, seen.keda()));
        if (seen.keda()) {
            wanted.addAll(QueueScaling.objects(running, seen.nested()));
        }
        var confirmations = new ArrayList<Confirmation>();
        var held = new ArrayList<HasMetadata>();
        Beat.objects(running).forEach(beat -> beat(beat, seen, wanted, held, confirmations));
        wanted.addAll(ScheduledTasks.objects(running));
        route(wish, running, deploy.open() ? deploy.statics() : List.of(), hosts, seen, wanted);
        wanted.removeIf(object -> seen.unread().contains(object.getClass()));
        return new Components(List.copyOf(wanted), List.copyOf(held), List.copyOf(confirmations));
    }

    /** One beat is made only when another is gone, with its pods: foreground deletion sees to that. */
    private static void beat(
            HasMetadata beat,
            DjangoAppObserved seen,
            List<HasMetadata> wanted,
            List<HasMetadata> held,
            List<Confirmation> confirmations) {
        var other = other(beat);
        var there = seen.object(ObjectRef.of(beat));
        if (seen.object(other).isPresent()
                || there.filter(found -> Beat.replaces(beat, found)).isPresent()) {
            held.add(beat);
            return;
        }
        if (there.isEmpty()) {
            confirmations.add(new Confirmation.Absent(other));
        }
        wanted.add(beat);
    }

    private static ObjectRef other(HasMetadata beat) {
        var ref = ObjectRef.of(beat);
        return new ObjectRef(Beat.waitsFor(beat), ref.namespace(), ref.name());
    }

    /** The page that says that the site is being worked on stays until no route leads to it any more. */
    private static void route(
            Wish wish,
            Running running,
            List<Release> statics,
            Hosts hosts,
            DjangoAppObserved seen,
            List<HasMetadata> wanted) {
        var page = wish.names().component(Maintenance.COMPONENT);
        var routes = routes(wish, hosts, seen, Route.paths(running.processes(), statics));
        if (routes.isEmpty()) {
            return;
        }
        var leadsToPage = seen.unread().contains(routes.getFirst().getClass())
                ? seen.deployment(page).isPresent()
                : seen.objects().stream().anyMatch(object -> Route.leadsTo(object, page));
        if (wish.maintenance() || leadsToPage) {
            wanted.addAll(Maintenance.objects(running));
        }
        var pageAnswers = seen.deployment(page).filter(Rollout::done).isPresent();
        wanted.addAll(
                wish.maintenance() && (pageAnswers || leadsToPage)
                        ? routes(wish, hosts, seen, Route.maintenance())
                        : routes);
    }

    /**
     * An Ingress or HTTPRoutes, as the environment has it; none where the cluster does not know HTTPRoutes, or all hosts
     * are other applications'.
     */
    private static List<HasMetadata> routes(Wish wish, Hosts names, DjangoAppObserved seen, List<Route.Path> paths) {
        var hosts = names.routed().stream()
                .filter(host -> !seen.lostHosts().containsKey(host))
                .toList();
        var gateway = wish.ingress().gateway();
        if (hosts.isEmpty() || lacksGateways(wish, seen)) {
            return List.of();
        }
        return gateway == null
                ? List.of(Route.ingress(wish, hosts, paths))
                : GatewayRoute.of(wish, gateway, hosts, paths, seen.objects());
    }

    /** Whether a route is asked for that this cluster can't have: then one that is there stays, for it still leads to the site. */
    private static boolean lacksGateways(Wish wish, DjangoAppObserved seen) {
        return wish.ingress().gateway() != null && !seen.gateways();
    }

    /** What is asked for and this cluster does not have. */
    static List<String> problems(Wish wish, DjangoAppObserved seen) {
        var problems = new ArrayList<String>();
        if (lacksGateways(wish, seen)) {
            var stays = seen.objects().stream().anyMatch(Ingress.class::isInstance);
            problems.add((stays ? "its Ingress stays as it is" : "the site has no route") + ", for DjangoEnvironment "
                    + Wish.environmentName(wish.app())
                    + " names a Gateway and this cluster has no HTTPRoute: install the Gateway API");
        }
        if (wish.ingress().gateway() != null && wish.app().getSpec().tls() != null) {
            problems.add("tls is not used, for DjangoEnvironment " + Wish.environmentName(wish.app())
                    + " names a Gateway, whose listeners have the certificates: take it out, and let the environment's"
                    + " ingress.tls or ingress.scheme say how the site is reached");
        }
        var scaling = wish.celery().map(QueueScaling::pools).orElse(List.of());
        if (!scaling.isEmpty() && !seen.keda()) {
            problems.add("pools " + String.join(", ", scaling)
                    + " do not scale, their fewest pods run: this cluster has no ScaledObject, install KEDA");
        }
        wish.celery()
                .map(CelerySpec::beat)
                .filter(beat -> beat.storage() != null && beat.scheduler() != null)
                .filter(beat -> beat.scheduler() != BeatSpec.Scheduler.Persistent)
                .ifPresent(beat -> problems.add("celery.beat.storage is not used, for DjangoEnvironment "
                        + Wish.environmentName(wish.app()) + " has beats keep their schedules elsewhere ("
                        + beat.scheduler() + "): take it out, or set celery.beat.scheduler to Persistent"));
        problems.addAll(ServerArguments.of(wish.processes()));
        problems.addAll(Web.problems(wish.processes().web()));
        if (wish.redisIsBroker()) {
            wish.celery().ifPresent(celery -> drainedTwice(celery).forEach(problems::add));
        }
        wish.celery().ifPresent(celery -> {
            QueueScaling.hasty(celery).forEach(problems::add);
            softerThanTheirDrain(wish, celery).forEach(problems::add);
        });
        Route.contested(wish.processes())
                .forEach((prefix, fields) -> problems.add("path " + prefix + " is asked for by "
                        + String.join(" and ", fields) + ": it leads to " + fields.getFirst() + " alone"));
        seen.unread().stream()
                .filter(kind -> kind == HTTPRoute.class ? wish.ingress().gateway() != null : !scaling.isEmpty())
                .map(HasMetadata::getKind)
                .sorted()
                .map(kind -> "what there is of kind " + kind + " is not known, so none is made, changed or deleted: the"
                        + " operator's log says why it can't be read")
                .forEach(problems::add);
        return problems;
    }

    /** The pools that may end a task in hand after Redis has given it to another worker. */
    private static Stream<String> drainedTwice(CelerySpec celery) {
        var visible = Config.visibilitySeconds(celery);
        return new TreeMap<>(CeleryPools.pools(celery))
                .entrySet().stream()
                        .filter(pool -> CeleryPools.drainSeconds(pool.getValue()) > visible)
                        .map(pool -> "pool " + pool.getKey() + " has " + CeleryPools.drainSeconds(pool.getValue())
                                + " s to end a task (drainSeconds), but Redis gives it to another worker after "
                                + visible
                                + " s: let visibilityTimeoutSeconds be longer");
    }

    /** The pools that are killed before Celery's soft shutdown (5.5 and later) is over. */
    private static Stream<String> softerThanTheirDrain(Wish wish, CelerySpec celery) {
        var name = "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT";
        return Optional.ofNullable(wish.app().getSpec().config()).map(config -> config.get(name)).stream()
                .flatMap(value -> value instanceof Number soft ? Stream.of(soft.doubleValue()) : Stream.empty())
                .flatMap(soft -> new TreeMap<>(CeleryPools.pools(celery))
                        .entrySet().stream()
                                .filter(pool -> CeleryPools.drainSeconds(pool.getValue()) <= soft)
                                .map(pool -> "pool " + pool.getKey() + " has "
                                        + CeleryPools.drainSeconds(pool.getValue())
                                        + " s to end (drainSeconds), and is killed before " + name
                                        + " of config is over: let drainSeconds be longer"));
    }

    /** Makes all of it so, and takes away what is ours and not wanted; but never what holds data. */
    void keep(DjangoAppObserved seen, Wish wish, Upkeep upkeep) {
        if (wanted.isEmpty()) {
            return;
        }
        for (var object : wanted) {
            var actual = seen.object(ObjectRef.of(object));
            actual.flatMap(found -> handOver(object, found, seen)).ifPresent(upkeep::add);
            upkeep.keep(object, actual);
        }
        held.stream().flatMap(beat -> seen.object(other(beat)).stream()).forEach(upkeep::standsInTheWay);
        var refs = wanted.stream().map(ObjectRef::of).toList();
        seen.objects().stream()
                .filter(object -> !refs.contains(ObjectRef.of(object)))
                .filter(object -> !(object instanceof PersistentVolumeClaim))
                .filter(object -> !(object instanceof Ingress && lacksGateways(wish, seen)))
                .filter(object -> Ownership.ours(object, wish.app()))
                .forEach(object -> upkeep.gone(Optional.of(object)));
    }

    /** The number of pods goes over to the autoscaler as it is: given up, it would be set to 1 for a moment; but an autoscaler leaves none at none. */
    private Optional<Effect> handOver(HasMetadata wanted, HasMetadata found, DjangoAppObserved seen) {
        return wanted instanceof Deployment w
                        && found instanceof Deployment f
                        && w.getSpec().getReplicas() == null
                        && f.getSpec().getReplicas() != null
                        && (Ownership.annotation(f, Nuages.AUTOSCALED_ANNOTATION)
                                        .isEmpty()
                                || (f.getSpec().getReplicas() == 0 && leftByKeda(f, seen)))
                ? Optional.of(new Effect.HandOver(
                        ObjectRef.of(f),
                        f.getMetadata().getUid(),
                        Math.max(1, f.getSpec().getReplicas())))
                : Optional.empty();
    }

    /** Whether KEDA chose the number so far, which may leave none, and another autoscaler is to. */
    private boolean leftByKeda(Deployment deployment, DjangoAppObserved seen) {
        var name = deployment.getMetadata().getName();
        Predicate<HasMetadata> scalesIt = object ->
                object instanceof ScaledObject && object.getMetadata().getName().equals(name);
        return seen.objects().stream().anyMatch(scalesIt) && wanted.stream().noneMatch(scalesIt);
    }

    /** Whether all that runs is what is wanted, and nothing is left of what is not, nor a pod that still ends its work. */
    boolean settled(DjangoAppObserved seen, Instant now) {
        return !wanted.isEmpty()
                && workloads()
                        .allMatch(workload -> seen.object(ObjectRef.of(workload))
                                .filter(Rollout::done)
                                .isPresent())
                && seen.objects().stream()
                        .allMatch(object -> object.getMetadata().getDeletionTimestamp() == null)
                && seen.pods().stream().noneMatch(pod -> leaves(pod, now));
    }

    /** Whether a pod is one that has to go and has not yet. */
    private boolean leaves(Pod pod, Instant now) {
        var component = component(pod);
        return pod.getMetadata().getDeletionTimestamp() == null
                ? !component.isEmpty()
                        && DjangoPod.runs(pod)
                        && workloads().noneMatch(w -> component(w).equals(component))
                : !DjangoPod.isLost(pod, now);
    }

    private static String component(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(DjangoPod.COMPONENT_LABEL))
                .orElse("");
    }

    /**
     * Whether the pods that a workload asks for are there. Of one that an autoscaler owns the fewest that it may have will
     * do, for a while: it asks for more whenever it sees fit, and nothing is missing while they start.
     */
    boolean hasItsPods(HasMetadata workload, DjangoAppObserved seen, boolean wasReady, Instant now) {
        return seen.object(ObjectRef.of(workload))
                .filter(found -> Rollout.done(found)
                        || (fewest(workload)
                                        .filter(pods -> Rollout.scales(found, pods, wasReady))
                                        .isPresent()
                                && seen.pods().stream()
                                        .noneMatch(pod -> component(pod).equals(component(workload))
                                                && DjangoPod.isLate(pod, now))))
                .isPresent();
    }

    /** How many pods an autoscaler has to leave to a workload; empty where none owns it. */
    private Optional<Integer> fewest(HasMetadata workload) {
        return wanted.stream()
                .filter(object -> object.getMetadata()
                        .getName()
                        .equals(workload.getMetadata().getName()))
                .flatMap(object -> switch (object) {
                    case HorizontalPodAutoscaler scaler ->
                        Stream.of(scaler.getSpec().getMinReplicas());
                    case ScaledObject scaler -> Stream.of(scaler.getSpec().minReplicaCount());
                    default -> Stream.<Integer>empty();
                })
                .findFirst();
    }

    /** The Deployments and StatefulSets among them, also those that are held back. */
    Stream<HasMetadata> workloads() {
        return Stream.concat(wanted.stream(), held.stream())
                .filter(object -> object instanceof Deployment || object instanceof StatefulSet);
    }
}
