package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The web processes. A field that is not given here is the environment's, and else the default named.
 *
 * @param replicas how many pods. Default: 1. Not together with {@code autoscale}.
 * @param autoscale lets a HorizontalPodAutoscaler own the number of pods.
 * @param server what serves HTTP: {@code Gunicorn} (WSGI, or ASGI with a worker class for it), {@code Uvicorn} or
 *     {@code Daphne} (ASGI). Default: Gunicorn.
 * @param workers worker processes in each pod; Daphne has always one. Default: 2.
 * @param workerClass gunicorn's worker class, such as {@code gthread}, {@code gevent} or
 *     {@code uvicorn_worker.UvicornWorker}. Default: gthread.
 * @param threads threads of each gunicorn worker. Default: 4; 1 with {@code workerClass: sync}, which has no more.
 * @param timeoutSeconds a gunicorn worker that is silent for longer is killed and started again. Default: 30.
 * @param gracefulTimeoutSeconds how long requests in flight may take to end when a pod is stopped. Default: 30, or
 *     {@code timeoutSeconds} where that is longer.
 * @param wsgi the WSGI application. Default: the package of {@code settings} and {@code .wsgi:application}, such as
 *     {@code mysite.wsgi:application}.
 * @param asgi the ASGI application, for Uvicorn, Daphne, and gunicorn with a worker class for ASGI. Default: the package
 *     of {@code settings} and {@code .asgi:application} for the first two; gunicorn serves WSGI where it is not given.
 * @param args more arguments for the server, after ours, so that they win. Condition {@code Configured} says where a
 *     field says the same.
 * @param command a command of one's own in place of the server's: it must listen on port 8000 of all addresses, and end
 *     what is in flight when it gets TERM.
 * @param healthPath the path that the probes ask, with the site's own host name; it must answer 200 to 399 without a
 *     login. Default: {@code /healthz}.
 * @param probes how patient they are.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.REPLICAS_OR_AUTOSCALE, message = Rules.REPLICAS_OR_AUTOSCALE_MESSAGE)
@ValidationRule(
        value = "!has(self.command) || (!has(self.server) && !has(self.args) && !has(self.workerClass))",
        message = "command takes the place of server, workerClass and args: leave these out")
@ValidationRule(
        value = "!has(self.workerClass) || !has(self.server) || self.server == 'Gunicorn'",
        message = "workerClass is gunicorn's: leave it out, or set server to Gunicorn")
public record WebSpec(
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable AutoscaleSpec autoscale,
        @Nullable Server server,
        @Nullable @Min(1) @Max(256) Integer workers,

        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_.:]*$')",
                message = "workerClass is no worker class: write it as gunicorn has it, such as gthread")
        String workerClass,

        @Nullable @Min(1) @Max(256) Integer threads,
        @Nullable @Min(1) @Max(86400) Integer timeoutSeconds,
        @Nullable @Min(1) @Max(86400) Integer gracefulTimeoutSeconds,

        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$')",
                message = "wsgi is no WSGI application: write it as MODULE:NAME, such as mysite.wsgi:application")
        String wsgi,

        @Nullable @Size(max = 253) @ValidationRule(value = Rules.ASGI, message = Rules.ASGI_MESSAGE)
        String asgi,

        @Nullable @Size(max = 64) List<@Size(max = 4096) String> args,
        @Nullable @Size(min = 1, max = 64) List<@Size(max = 4096) String> command,

        @Nullable @Size(max = 512) @ValidationRule(value = Rules.HEALTH_PATH, message = Rules.HEALTH_PATH_MESSAGE)
        String healthPath,

        @Nullable ProbesSpec probes,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final WebSpec EMPTY =
            new WebSpec(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** What serves HTTP. */
    public enum Server {
        Gunicorn,
        Uvicorn,
        Daphne
    }
}
