package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an application should be.
 *
 * @param environment the name of the DjangoEnvironment that says where databases and caches come from, and which
 *     defaults hold. Default: {@code default}. Cannot be changed later.
 * @param image the image of the project, without a tag ({@code version} is the tag), or with a digest, or with a tag
 *     that equals {@code version}. It holds the project in its working directory, with {@code python} and
 *     {@code gunicorn} on its PATH, and runs as any user that is not root.
 * @param version the version to run, which is the image's tag. Changing it is the deploy: migrations first, then every
 *     process.
 * @param settings the settings module, as DJANGO_SETTINGS_MODULE has it, such as {@code mysite.settings}.
 * @param host the host name that the site answers to. Default: {@code NAME.DOMAIN} with the environment's domain.
 * @param aliases more host names that the site answers to.
 * @param tls where the site's certificate comes from; not used behind a Gateway, whose listeners have the certificates.
 *     Default: the environment's, else no TLS.
 * @param routeAnnotations annotations of its Ingress or HTTPRoute, as the controller wants them, such as a larger body for
 *     this site alone. They win over the environment's.
 * @param web the web processes.
 * @param websockets give {@code websockets: {}} to have processes for websockets (Daphne).
 * @param channelWorkers workers of Channels, by their names.
 * @param celery give {@code celery: {}} to have Celery workers, and their broker.
 * @param staticFiles give {@code staticFiles: {}} to have the static files served by Caddy.
 * @param media where uploads are kept. Default: nowhere, a pod's files go with it.
 * @param tasks management commands that are run on a schedule, by their names.
 * @param migrations how the migrations are run.
 * @param superuser a superuser to make after the first migration. Default: none.
 * @param database the PostgreSQL database of the application.
 * @param redis give {@code redis: {}} to have a Redis of the application's own, its address in REDIS_URL.
 * @param durableRedis the Redis that never evicts, which websockets, channel workers, RedBeat and Redis as broker share. It
 *     is there where one of them is, and with {@code durableRedis: {}} where {@code web} serves ASGI: for its Channels'
 *     groups.
 * @param rabbitmq the RabbitMQ that carries its Celery's tasks, where that is the broker.
 * @param config any YAML, merged over the generated values into the one file that NUAGES_CONFIG names. Not for secrets:
 *     everybody who may read this object may read it; those go into {@code secrets}.
 * @param env environment variables for every process. They win over those that Nuages sets, and condition
 *     {@code Configured} says so.
 * @param envFrom ConfigMaps and Secrets whose keys are environment variables of every process. Where a container is given
 *     a variable of that name by itself, that one holds, and condition {@code Configured} says so.
 * @param secrets Secrets whose values are environment variables of every process. Their pods are replaced when a value
 *     changes.
 * @param pods what all pods have in common.
 * @param paused freezes the application: nothing of it is changed, put back or deployed until this is taken away. Its
 *     PostgresServer, PostgresDatabase, RedisInstances and RabbitmqVhost are not paused: what these hold is kept on as they
 *     say. Default: false.
 * @param stopped ends every process, also that of the page of {@code maintenance}, and keeps the data. Default: false.
 * @param maintenance answers every request with a page that says so, with status 503, while the processes run on.
 *     Default: false.
 * @param deletionPolicy what becomes of the data when this object is deleted. {@code Retain} keeps the volumes and the
 *     generated Secrets, and a new object of the same name finds them again. Default: the environment's, else Retain.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!self.image.split('@')[0].matches(':[A-Za-z0-9_][A-Za-z0-9_.-]*$')"
                + " || self.image.split('@')[0].endsWith(':' + self.version)",
        messageExpression = "'image ' + self.image + ' has another tag than version ' + self.version +"
                + " ': leave the tag out of image, version is the tag'",
        message = "image has another tag than version: leave the tag out of image, version is the tag",
        fieldPath = ".image")
@ValidationRule(
        value = "(has(self.environment) ? self.environment : 'default') =="
                + " (has(oldSelf.environment) ? oldSelf.environment : 'default')",
        message = "environment cannot be changed, for the data would stay behind: make a new DjangoApp",
        fieldPath = ".environment")
@ValidationRule(
        value = "(has(self.database) && has(self.database.name) ? self.database.name : '') =="
                + " (has(oldSelf.database) && has(oldSelf.database.name) ? oldSelf.database.name : '')",
        message = "database.name cannot be changed, for the data would stay behind",
        fieldPath = ".database")
public record DjangoAppSpec(
        @Nullable @Size(min = 1, max = 63) String environment,

        @Required
        @Size(max = 512)
        @ValidationRule(
                value = "self.matches('^[a-zA-Z0-9][-a-zA-Z0-9._/:]*(@sha256:[a-f0-9]{64})?$')",
                message = "image is no image reference: write it as registry.example.org/team/mysite, without spaces")
        String image,

        @Required
        @Size(max = 63)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$')",
                message =
                        "version is empty or no image tag: use 1 to 63 letters, digits, '.', '_' and '-', such as 1.0,"
                                + " beginning and ending with a letter or digit (it is a label too)")
        String version,

        @Required
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$')",
                message =
                        "settings is no Python module: write it as DJANGO_SETTINGS_MODULE has it, such as mysite.settings")
        String settings,

        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self" + Rules.IS_HOST,
                message =
                        "host is no host name: write it in lower case, without scheme, port or path, such as www.example.org")
        String host,

        @Nullable
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(h, h" + Rules.IS_HOST + ")",
                message =
                        "aliases must be host names: in lower case, without scheme, port or path, such as www.example.org")
        List<@Size(max = 253) String> aliases,

        @Nullable TlsSpec tls,
        @Nullable @Size(max = 64) Map<String, String> routeAnnotations,
        @Nullable WebSpec web,
        @Nullable WebsocketsSpec websockets,

        @Nullable @Size(max = 32) @ValidationRule(value = Rules.NAMES, message = Rules.NAMES_MESSAGE)
        Map<String, ChannelWorkersSpec> channelWorkers,

        @Nullable CelerySpec celery,
        @Nullable StaticFilesSpec staticFiles,
        @Nullable MediaSpec media,

        @Nullable @Size(max = 64) @ValidationRule(value = Rules.NAMES, message = Rules.NAMES_MESSAGE)
        Map<String, TaskSpec> tasks,

        @Nullable MigrationsSpec migrations,
        @Nullable SuperuserSpec superuser,
        @Nullable AppDatabaseSpec database,
        @Nullable AppRedisSpec redis,
        @Nullable AppDurableRedisSpec durableRedis,
        @Nullable AppRabbitmqSpec rabbitmq,
        @Nullable @PreserveUnknownFields Map<String, Object> config,

        @Nullable @Size(max = 200) @ValidationRule(value = Rules.VARIABLES, message = Rules.VARIABLES_MESSAGE)
        List<EnvVar> env,

        @Nullable @Size(max = 32) List<EnvFromSource> envFrom,
        @Nullable @Size(max = 32) List<SecretKeys> secrets,
        @Nullable PodsSpec pods,
        @Nullable Boolean paused,
        @Nullable Boolean stopped,
        @Nullable Boolean maintenance,
        @Nullable DeletionPolicy deletionPolicy) {

    /** The image with its tag or digest: where it has neither, the version is its tag. */
    public String taggedImage() {
        var lastPart = image.substring(image.lastIndexOf('/') + 1);
        return lastPart.contains(":") || lastPart.contains("@") ? image : image + ":" + version;
    }
}
