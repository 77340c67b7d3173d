package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * The web processes: gunicorn. A field that is not given here is the environment's, and else the default named.
 *
 * @param replicas how many pods. Default: 1. Not together with {@code autoscale}.
 * @param autoscale lets a HorizontalPodAutoscaler own the number of pods.
 * @param workers gunicorn's worker processes in each pod. Default: 2.
 * @param threads threads of each worker. Default: 4.
 * @param timeoutSeconds a worker that is silent for longer is killed and started again. Default: 30.
 * @param gracefulTimeoutSeconds how long requests in flight may take to end when a pod is stopped. Default: 30.
 * @param wsgi the WSGI application, as gunicorn has it. Default: the package of {@code settings} and
 *     {@code .wsgi:application}, such as {@code mysite.wsgi:application}.
 * @param healthPath the path that the probes ask, with the site's own host name; it must answer 200 to 399 without a
 *     login. Default: {@code /healthz}.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!(has(self.replicas) && has(self.autoscale))",
        message = "replicas and autoscale exclude each other: with autoscale the autoscaler owns the number of pods")
public record WebSpec(
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable AutoscaleSpec autoscale,
        @Nullable @Min(1) @Max(256) Integer workers,
        @Nullable @Min(1) @Max(256) Integer threads,
        @Nullable @Min(1) @Max(86400) Integer timeoutSeconds,
        @Nullable @Min(1) @Max(86400) Integer gracefulTimeoutSeconds,

        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$')",
                message = "wsgi is no WSGI application: write it as MODULE:NAME, such as mysite.wsgi:application")
        String wsgi,

        @Nullable
        @Size(max = 512)
        @ValidationRule(
                value = "self.matches('^/[!-~]*$')",
                message = "healthPath must begin with '/' and hold no spaces, such as /healthz")
        String healthPath,

        @Nullable ResourceRequirements resources) {
    public static final WebSpec EMPTY = new WebSpec(null, null, null, null, null, null, null, null, null);
}
