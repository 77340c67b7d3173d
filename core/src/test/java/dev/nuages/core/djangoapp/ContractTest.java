package dev.nuages.core.djangoapp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.Secrets;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/contract.md says that a process is given is what the plans give, no more and no less. */
class ContractTest {
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** What the page names and users give: the keys of the Secret that {@code media.s3} names, and former keys. */
    private static final Set<String> FROM_USERS =
            Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SECRET_KEY_FALLBACKS");

    /** Every part that an application may have, of those that exclude each other one at a time. */
    private static final List<Given> SITES = List.of(
            site("broker: RabbitMQ", "scheduler: Persistent", "volume: {size: 1Gi}"),
            site("broker: RabbitMQ", "scheduler: Database", "volume: {size: 1Gi}"),
            site(
                    "broker: Redis",
                    "scheduler: RedBeat",
                    "s3: {bucket: photos, region: eu-west-3, endpoint: 'https://s3.example.org', secret: bucket}"));

    /**
     * A site with all that its processes are given.
     *
     * @param processes the containers that run the application's own code
     */
    private record Given(RenderedSite site, List<Container> processes) {}

    private static Given site(String broker, String scheduler, String media) {
        var site = RenderedSite.of("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}, domain: example.org}
                """, Knob.yaml("1.0", """
                redis: {}
                websockets: {}
                channelWorkers: {jobs: {channels: [a], pods: {env: [{name: REDIS_URL, value: mine}]}}}
                celery: {%s, beat: {%s}}
                staticFiles: {}
                media: {%s}
                tasks: {tidy: {schedule: "@daily", command: [clearsessions]}}
                superuser: {username: admin, email: admin@example.org}
                migrations: {before: [{name: check, command: [check]}]}
                """.formatted(broker, scheduler, media)));
        return new Given(
                site,
                site.containersWanted().stream()
                        .filter(container -> "mysite:1.0".equals(container.getImage()))
                        .toList());
    }

    @Test
    void no_process_is_left_out() {
        assertThat(SITES)
                .allSatisfy(given -> assertThat(given.processes())
                        .extracting(Container::getName)
                        .contains(
                                "web",
                                "websockets",
                                "channels-jobs",
                                "celery-default",
                                "beat",
                                "task-tidy",
                                "migration",
                                "superuser"));
    }

    @Test
    void every_variable_is_on_the_page_and_the_page_names_no_other() {
        var variables = new TreeSet<>(FROM_USERS);
        SITES.forEach(given ->
                given.processes().forEach(process -> variables.addAll(variables(given.site(), process))));
        assertThat(named("Every process", "Where the app has that part", "Only some processes"))
                .isEqualTo(variables);
    }

    @Test
    void every_process_has_what_every_process_is_said_to_have() {
        var everywhere = named("Every process");
        everywhere.removeAll(FROM_USERS);
        SITES.forEach(given -> given.processes()
                .forEach(process -> assertThat(variables(given.site(), process))
                        .as(process.getName())
                        .containsAll(everywhere)));
    }

    @Test
    void the_file_has_the_keys_that_the_page_says() {
        var keys = new TreeSet<String>();
        SITES.forEach(given -> Yaml.document(given.site().text("mysite-config", "config.yaml"))
                .fieldNames()
                .forEachRemaining(keys::add));
        var named = new TreeSet<String>();
        rows("Every process", "Where the app has that part")
                .filter(row -> !row.getLast().equals("no"))
                .forEach(row -> named.addAll(names(row.getFirst())));
        assertThat(named).isEqualTo(keys);
    }

    @Test
    void every_place_in_the_file_system_is_on_the_page_and_the_page_names_no_other() {
        var places = new TreeSet<String>();
        SITES.forEach(given -> given.processes()
                .forEach(process -> process.getVolumeMounts().forEach(mount -> places.add(mount.getMountPath()))));
        assertThat(places.remove(Config.FOLDER)).isTrue();
        places.add(Config.FOLDER + "/" + Config.FILE);
        // The container runtime's own, on which gunicorn is told to write.
        assertThat(Knob.command(SITES.getFirst().site(), "web")).contains("--worker-tmp-dir=/dev/shm");
        places.add("/dev/shm");
        assertThat(named("Files")).isEqualTo(places);
    }

    /** The names of what a container finds in its environment. */
    private static SortedSet<String> variables(RenderedSite site, Container container) {
        var variables = new TreeSet<String>();
        container.getEnv().forEach(variable -> variables.add(variable.getName()));
        container.getEnvFrom().stream()
                .map(source -> source.getSecretRef().getName())
                .filter(secret -> !secret.equals("bucket"))
                .forEach(secret -> variables.addAll(
                        Secrets.texts(site.get(Secret.class, secret)).keySet()));
        return variables;
    }

    /** The names in the first cells of the tables of some sections. */
    private static SortedSet<String> named(String... sections) {
        var named = new TreeSet<String>();
        rows(sections).forEach(row -> named.addAll(names(row.getFirst())));
        return named;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    /** The cells of each row. */
    private static Stream<List<String>> rows(String... sections) {
        return Stream.of(sections)
                .flatMap(section -> section(section).lines())
                .filter(line -> line.startsWith("| "))
                .map(line -> Stream.of(line.substring(2).split(" \\| ?", -1))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .toList());
    }

    private static String section(String title) {
        var heading = "\n## " + title + "\n";
        var page = page();
        assertThat(page).contains(heading);
        var begin = page.indexOf(heading) + heading.length();
        var end = page.indexOf("\n## ", begin);
        return end < 0 ? page.substring(begin) : page.substring(begin, end);
    }

    private static String page() {
        try {
            return Files.readString(Path.of("../docs/contract.md"), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the tests run in core's folder", e);
        }
    }
}
