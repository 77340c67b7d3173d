package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.core.Hashes;

/** What the objects of an application are called. */
record AppNames(String app) {
    /** A CronJob's name has 52 characters at most; a Deployment's pods then still have room for their suffix. */
    private static final int LONGEST = 52;

    /** Our own kinds' names, which other names are made of. */
    private static final int LONGEST_OF_OURS = 40;

    static AppNames of(DjangoApp app) {
        return new AppNames(app.getMetadata().getName());
    }

    /** All objects of one component, such as {@code web} or {@code celery-default}. */
    String component(String component) {
        return fitting(app + "-" + component, LONGEST);
    }

    String web() {
        return component(Web.COMPONENT);
    }

    /** An HTTPRoute, of which there are more than the first where there are many hosts. */
    String route(int number) {
        return number == 1 ? app : component("hosts-" + number);
    }

    String secretKey() {
        return app + "-secret-key";
    }

    String superuser() {
        return app + "-superuser";
    }

    /**
     * The Secrets with the configuration.
     *
     * @param environment whose keys are environment variables
     * @param file with config.yaml
     */
    record Configuration(String environment, String file) {}

    /** What the processes read. */
    Configuration configuration() {
        return new Configuration(app + "-env", app + "-config");
    }

    /** What a migration reads, while the processes of the release before read on what is theirs. */
    Configuration migrationConfiguration() {
        return new Configuration(app + "-migrate-env", app + "-migrate-config");
    }

    String media() {
        return app + "-media";
    }

    String certificate() {
        return app + "-tls";
    }

    /** The RedisInstance that never evicts. */
    String durableRedis() {
        return fitting(app + "-durable", LONGEST_OF_OURS);
    }

    String migration(String hash) {
        return app + "-migrate-" + hash;
    }

    /** The name itself, or its beginning and a hash of all of it. */
    private static String fitting(String name, int longest) {
        if (name.length() <= longest) {
            return name;
        }
        var hash = Hashes.sha256(name).substring(0, 8);
        return name.substring(0, longest - hash.length() - 1).replaceAll("-+$", "") + "-" + hash;
    }
}
