package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;

/** What the objects of an application are called. */
record AppNames(String app) {
    static AppNames of(DjangoApp app) {
        return new AppNames(app.getMetadata().getName());
    }

    String web() {
        return app + "-web";
    }

    String secretKey() {
        return app + "-secret-key";
    }

    /** The Secret whose keys are environment variables. */
    String environment() {
        return app + "-env";
    }

    /** The Secret with config.yaml. */
    String configFile() {
        return app + "-config";
    }

    String databaseConnection() {
        return app + "-database";
    }

    String redisConnection() {
        return app + "-redis";
    }

    String migration(String hash) {
        return app + "-migrate-" + hash;
    }
}
