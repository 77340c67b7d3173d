package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static dev.nuages.core.djangoapp.SiteInMemory.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an application is given by its user, through the plans alone. */
class ConfigurationTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("configuration reaches Django by the contract's names, and no secret is anywhere else")
    void configuration() {
        site.ready(WHOLE);
        var values = Secrets.texts(site.cluster.get(Secret.class, "mysite-env"));
        assertThat(values)
                .containsEntry("ALLOWED_HOSTS", "mysite.localhost,www.mysite.localhost")
                .containsEntry("CSRF_TRUSTED_ORIGINS", "http://mysite.localhost,http://www.mysite.localhost")
                .containsEntry("CELERY_BROKER_URL", "amqp://mysite:s3cret@rabbit:5672/mysite")
                .containsEntry("CHANNEL_LAYER_URL", "redis://:s3cret@durable:6379/1")
                .containsEntry("CHANNEL_LAYER_PREFIX", "default:mysite:channels:")
                .containsEntry("STATIC_URL", "/static/")
                .containsEntry("MEDIA_ROOT", "/srv/media")
                .doesNotContainKey("REDBEAT_REDIS_URL");
        for (var workload : site.names(Deployment.class)) {
            assertThat(Serialization.asYaml(site.cluster.get(Deployment.class, workload)))
                    .doesNotContain("s3cret");
        }
    }

    @Test
    @DisplayName("what an application sets over Nuages' own values, or wants and is not there, is said in a sentence")
    void problemsAreSaid() {
        var yaml = WHOLE + """
                  config: {DEBUG: true, PAYMENTS: {currency: EUR}}
                  env: [{name: APP_VERSION, value: mine}]
                  secrets: [{name: stripe, keys: {STRIPE_API_KEY: api-key}}]
                """.indent(0);
        site.ready(yaml.replace("\nconfig:", "\n  config:")
                .replace("\nenv:", "\n  env:")
                .replace("\nsecrets:", "\n  secrets:"));
        assertThat(site.problems())
                .contains(
                        "config sets DEBUG in place of Nuages' own value",
                        "env sets APP_VERSION",
                        "there is no Secret/stripe");
        assertThat(variables(site.pod("mysite-web"))).containsEntry("APP_VERSION", "mine");
        assertThat(Secrets.text(site.cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("DEBUG: true", "currency: \"EUR\"");
    }
}
