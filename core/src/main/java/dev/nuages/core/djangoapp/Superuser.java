package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.Nuages;
import dev.nuages.api.Release;
import dev.nuages.api.SuperuserSpec;
import dev.nuages.core.Hashes;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The superuser, which a Job makes once in each database. The status then records it, so that one who is deleted later
 * does not come back.
 *
 * @param recorded what the status should record; null before the superuser is made
 * @param failure why the Job failed; empty while it has not
 */
record Superuser(@Nullable String recorded, Optional<String> failure) {
    static final String COMPONENT = "superuser";
    static final String PASSWORD_KEY = "password";
    static final String NAME_VARIABLE = "DJANGO_SUPERUSER_USERNAME";
    static final String EMAIL_VARIABLE = "DJANGO_SUPERUSER_EMAIL";
    static final String PASSWORD_VARIABLE = "DJANGO_SUPERUSER_PASSWORD";

    /** Makes the Job, and forgets it when it has done its work. */
    static Superuser keep(Wish wish, Running running, DjangoAppObserved seen, @Nullable String before, Upkeep upkeep) {
        var jobs = seen.jobs(COMPONENT);
        var spec = wish.app().getSpec().superuser();
        if (spec == null) {
            jobs.forEach(job -> upkeep.gone(Optional.of(job)));
            return new Superuser(before, Optional.empty());
        }
        var wanted = made(spec, running.release());
        if (wanted.equals(before)) {
            jobs.forEach(job -> upkeep.gone(Optional.of(job)));
            return new Superuser(before, Optional.empty());
        }
        var job = job(running, spec, wanted);
        var found = jobs.stream()
                .filter(j -> j.getMetadata().getName().equals(job.getMetadata().getName()))
                .findFirst();
        if (found.filter(MigrationJob::complete).isPresent()) {
            return new Superuser(wanted, Optional.empty());
        }
        if (found.isEmpty() && jobs.stream().allMatch(MigrationJob::ended)) {
            jobs.forEach(former -> upkeep.gone(Optional.of(former)));
            upkeep.keep(job, found);
        }
        return new Superuser(
                before,
                found.filter(MigrationJob::failed)
                        .map(j -> MigrationJob.output(j, seen)
                                .orElse("Job " + j.getMetadata().getName() + " failed")));
    }

    /**
     * Whether one was made whose password nobody knows any more. Another would open nothing: one who is made once is left
     * alone.
     */
    static boolean passwordLost(Wish wish, DjangoAppObserved seen, DjangoAppStatus before) {
        var spec = wish.app().getSpec().superuser();
        var release = before.release();
        return spec != null
                && release != null
                && made(spec, release).equals(before.superuser())
                && seen.configured().superuser().isEmpty();
    }

    /** The same for people. */
    static Optional<String> problem(Wish wish, DjangoAppObserved seen, DjangoAppStatus before) {
        var spec = wish.app().getSpec().superuser();
        return spec != null && passwordLost(wish, seen, before)
                ? Optional.of("Secret " + wish.names().superuser() + " is gone, with the password of superuser "
                        + spec.username()
                        + ", and none is made that would not open anything: set one with kubectl exec -n "
                        + wish.app().getMetadata().getNamespace() + " -it deploy/"
                        + wish.names().web() + " -- python -m django changepassword " + spec.username()
                        + ", then take superuser out of the spec")
                : Optional.empty();
    }

    private static String made(SuperuserSpec spec, Release release) {
        return spec.username() + " in " + release.databaseId();
    }

    private static Job job(Running running, SuperuserSpec spec, String wanted) {
        var django = running.django();
        var names = running.names();
        var variables = new LinkedHashMap<String, String>();
        variables.put("CONN_MAX_AGE", "0");
        variables.put(NAME_VARIABLE, spec.username());
        Optional.ofNullable(spec.email()).ifPresent(email -> variables.put(EMAIL_VARIABLE, email));
        var container = django.container(COMPONENT, null, variables)
                .withCommand("python", "-c", Scripts.SUPERUSER)
                .withTerminationMessagePolicy("FallbackToLogsOnError");
        // One that the application gives itself holds, as with every other variable.
        if (!container.hasMatchingEnv(variable -> variable.getName().equals(PASSWORD_VARIABLE))) {
            container.addToEnv(new EnvVarBuilder()
                    .withName(PASSWORD_VARIABLE)
                    .withNewValueFrom()
                    .withNewSecretKeyRef(PASSWORD_KEY, names.superuser(), null)
                    .endValueFrom()
                    .build());
        }
        var template = running.template(COMPONENT, django.pod(container.build(), COMPONENT), Running.MARGIN_SECONDS);
        template.getSpec().setRestartPolicy("Never");
        var job = new JobBuilder()
                .withNewSpec()
                .withBackoffLimit(3)
                .withActiveDeadlineSeconds(600L)
                .withTemplate(template)
                .endSpec()
                .build();
        // One that has failed is tried again when anything that it reads is another, or somebody asks for it.
        var hash = Hashes.sha256(String.join(
                        "|", wanted, Upkeep.hash(job), Ownership.annotation(running.app(), Nuages.RETRY_ANNOTATION)))
                .substring(0, 10);
        job.setMetadata(Ownership.owned(
                running.app(),
                names.component(COMPONENT + "-" + hash),
                new LinkedHashMap<>(Map.of(DjangoPod.COMPONENT_LABEL, COMPONENT))));
        return job;
    }
}
