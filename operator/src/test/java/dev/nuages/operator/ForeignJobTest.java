package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.operator.Meanwhile.Moment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody else's object under a name that no plan looks up: the name of a migration's Job, as soon as it is recorded. */
@Tag("control-plane")
class ForeignJobTest {
    private static final Pattern NAME = Pattern.compile("mysite-migrate-[0-9a-f]{10}");

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private volatile String name = "";

    @Test
    void it_is_left_alone_and_said_in_the_status_until_it_goes() throws Exception {
        var app = LiveApp.create(cluster, "foreign-job");
        var meanwhile = new Meanwhile();
        meanwhile.once(Moment.ON_ITS_WAY, this::recordsAMigration, () -> makeTheirs(app.namespace()));
        var cast = new Cast(cluster.admin(), cluster.postgres());
        try (var client = cluster.operator(meanwhile);
                var _ = app.startOperator(client, cast)) {
            cast.startPostgres(app.namespace(), LiveApp.NAME);
            app.await(Phase.Error);
            var status = Objects.requireNonNull(app.resource().get().getStatus());
            assertThat(Conditions.find(status.conditions(), "Ready"))
                    .hasValueSatisfying(condition -> assertThat(condition.getMessage())
                            .contains("Job/" + name, "exists and was not made for DjangoApp/mysite"));
            assertThat(theirs(app.namespace()).get().getMetadata().getOwnerReferences())
                    .isEmpty();

            theirs(app.namespace()).delete();
            cast.complete(cast.awaitMigration(app.namespace()));
            cast.rollOut(app.namespace(), LiveApp.WEB);
            app.await(Phase.Ready);
        }
    }

    private boolean recordsAMigration(HttpRequest request) {
        if (!request.method().equals("PUT")
                || !request.uri().getPath().endsWith("/djangoapps/" + LiveApp.NAME + "/status")) {
            return false;
        }
        var found = NAME.matcher(request.bodyString());
        var records = found.find();
        if (records) {
            name = found.group();
        }
        return records;
    }

    private void makeTheirs(String namespace) {
        cluster.admin().resource("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: theirs, image: theirs}]
                """.formatted(name)).inNamespace(namespace).create();
    }

    private Resource<Job> theirs(String namespace) {
        return cluster.admin().resources(Job.class).inNamespace(namespace).withName(name);
    }
}
