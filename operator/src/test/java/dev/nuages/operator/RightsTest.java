package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chart grants the operator each verb on each kind by name, and only what it makes use of. */
@Tag("control-plane")
class RightsTest {
    private static final String ADMISSION = "for clusters with OwnerReferencesPermissionEnforcement";
    private static final String LISTED = "gives nothing that list does not give";

    /** Rights that are granted and that no run without nodes makes use of, with why. */
    private static final Map<String, String> GRANTED_ALL_THE_SAME = Map.of(
            "update nuages.dev/djangoapps/finalizers", ADMISSION,
            "update nuages.dev/postgresservers/finalizers", ADMISSION,
            "update nuages.dev/postgresdatabases/finalizers", ADMISSION,
            "update nuages.dev/redisinstances/finalizers", ADMISSION,
            "get nuages.dev/djangoenvironments", LISTED,
            "get /pods", LISTED,
            "get /persistentvolumeclaims", LISTED,
            "update coordination.k8s.io/leases", "gives nothing that patch does not give");

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Cast cast;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        cast = new Cast(cluster.admin(), cluster.postgres());
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @Test
    void no_right_has_a_wildcard_or_leads_to_others() {
        var review = client.authorization()
                .v1()
                .selfSubjectRulesReview()
                .create(new SelfSubjectRulesReviewBuilder()
                        .withNewSpec()
                        .withNamespace(TestCluster.OPERATOR_NAMESPACE)
                        .endSpec()
                        .build());
        assertThat(review.getStatus().getResourceRules())
                .hasSizeGreaterThan(10)
                .allSatisfy(rule -> assertThat(Stream.of(rule.getVerbs(), rule.getResources(), rule.getApiGroups())
                                .flatMap(Collection::stream))
                        .doesNotContain("*", "escalate", "bind", "impersonate"));
        assertThat(review.getStatus().getNonResourceRules())
                .allSatisfy(rule -> assertThat(rule.getVerbs()).containsExactly("get"));
    }

    @Test
    void what_is_granted_is_what_is_used() throws Exception {
        liveThroughEverything();
        var unused = new TreeSet<>(granted());
        assertThat(unused).containsAll(GRANTED_ALL_THE_SAME.keySet());
        unused.removeAll(TestCluster.rights().used());
        assertThat(unused)
                .as("granted, and not used")
                .containsExactlyInAnyOrderElementsOf(GRANTED_ALL_THE_SAME.keySet());
    }

    private static Set<String> granted() {
        var admin = cluster.admin();
        var rules = Stream.concat(
                admin.rbac().clusterRoles().withName("nuages-operator").get().getRules().stream(),
                admin
                        .rbac()
                        .roles()
                        .inNamespace(TestCluster.OPERATOR_NAMESPACE)
                        .withName("nuages-operator-leader")
                        .get()
                        .getRules()
                        .stream());
        var rights = new TreeSet<String>();
        rules.forEach(rule -> rights.addAll(rights(rule)));
        return rights;
    }

    private static List<String> rights(PolicyRule rule) {
        return rule.getVerbs().stream()
                .flatMap(verb -> rule.getApiGroups().stream()
                        .flatMap(group ->
                                rule.getResources().stream().map(resource -> verb + " " + group + "/" + resource)))
                .toList();
    }

    /** A life in which everything that an application can have comes and goes. */
    private static void liveThroughEverything() throws Exception {
        var app = LiveApp.create(cluster, "rights", "redis: {}\n  web: {autoscale: {maxReplicas: 3}}");
        var configuration = new Configuration(TestCluster.OPERATOR_NAMESPACE, "rights", Set.of("rights"), 0, true);
        try (var _ = cast.playOn("rights");
                var operator = new Operator(configuration, client, Kinds::all, cast::route, () -> {})) {
            operator.start();
            app.await(Phase.Ready);
            change(app, "{\"spec\":{\"redis\":null,\"web\":null,\"version\":\"1.1\",\"deletionPolicy\":\"Delete\"}}");
            Eventually.holds(
                    "version 1.1",
                    () -> "1.1".equals(app.resource().get().getStatus().migratedVersion()));
            app.await(Phase.Ready);
        }
    }

    private static void change(LiveApp app, String patch) {
        app.resource().patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
}
