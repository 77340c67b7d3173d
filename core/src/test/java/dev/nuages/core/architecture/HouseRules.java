package dev.nuages.core.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What ARCHITECTURE.md says of the code, as rules. Each module's own test asks them of its classes. */
public final class HouseRules {
    private static final String ROOT = "dev.nuages.";

    /** Dependencies point one way: which modules each may know, beside itself. */
    private static final Map<String, List<String>> KNOWS = Map.of(
            "api", List.of(),
            "core", List.of("api"),
            "operator", List.of("api", "core"),
            "local", List.of(),
            "cli", List.of("api", "core", "local"));

    private HouseRules() {}

    /** The classes of some modules, without their tests. Of others, as of what is no module of ours, the names are known. */
    public static JavaClasses mainClasses(String... modules) {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
                .importPackages(Stream.of(modules).map(ROOT::concat).toList());
    }

    /** A module knows those that it may know, and what is no module of ours. */
    public static ArchRule dependenciesPointOneWay(String module) {
        var mayKnow = Stream.concat(Stream.of(module), KNOWS.get(module).stream())
                .map(HouseRules::packagesOf)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(packagesOf(module))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + ".").or(resideInAnyPackage(mayKnow)));
    }

    /** A name says what the thing is in Kubernetes', Django's or PostgreSQL's own words. */
    public static ArchRule namesSayWhatThingsAre(String module) {
        return noClasses()
                .that()
                .resideInAPackage(packagesOf(module))
                .should()
                .haveNameMatching(".*[.$](Abstract|Base)[A-Z][^.]*")
                .orShould()
                .haveNameMatching(".*(Helper|Helpers|Util|Utils|Manager|Impl)");
    }

    /** What a plan or an object is made of is a model; only what carries plans out has a client. */
    static final ArchRule CORE_HAS_NO_CLIENT = noClasses()
            .that()
            .resideInAnyPackage(packagesOf("api"), packagesOf("core"))
            .should()
            .dependOnClassesThat(resideInAPackage("io.fabric8.kubernetes.client..")
                    .and(DescribedPredicate.not(named("io.fabric8.kubernetes.client.CustomResource")))
                    // The simulated world holds objects as JSON, as the API server does.
                    .and(DescribedPredicate.not(named("io.fabric8.kubernetes.client.utils.KubernetesSerialization"))));

    /** The plans themselves do not even read or write JSON of objects by the client's ways. */
    static final ArchRule ONLY_THE_SIMULATED_WORLD_SERIALIZES = noClasses()
            .that()
            .resideInAPackage(packagesOf("core"))
            .and()
            .resideOutsideOfPackage("dev.nuages.core.sim..")
            .should()
            .dependOnClassesThat(named("io.fabric8.kubernetes.client.utils.KubernetesSerialization"));

    /** Nothing from outside: no file, socket, process or database. */
    static final ArchRule CORE_REACHES_NOTHING_OUTSIDE = noClasses()
            .that()
            .resideInAnyPackage(packagesOf("api"), packagesOf("core"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.net.http..",
                            "java.nio.channels..",
                            "java.nio.file..",
                            "java.sql..",
                            "javax.net..",
                            "javax.sql..")
                    .or(describe(
                            "are files or processes",
                            type -> type.getName()
                                    .matches("java\\.io\\.(File.*|RandomAccessFile|Console|PrintStream)"
                                            // An address is a value, and so is its encoding; what opens one is not.
                                            + "|java\\.net\\.(?!URI$|URISyntaxException$|URLEncoder$|URLDecoder$).*"
                                            + "|java\\.lang\\.(Process.*|Runtime)"))));

    /** Time and chance are given to a plan, and it waits for nobody. */
    static final ArchRule CORE_HAS_NO_CLOCK_OR_CHANCE = noClasses()
            .that()
            .resideInAnyPackage(packagesOf("api"), packagesOf("core"))
            .should()
            .accessTargetWhere(describe("it reads a clock, the environment or chance", HouseRules::readsTheWorld))
            .orShould()
            .dependOnClassesThat(describe(
                    "are threads, timers or sources of chance",
                    type -> type.getName()
                            .matches(
                                    "java\\.lang\\.Thread.*|java\\.util\\.(Timer.*|.*Random.*)|java\\.util\\.random\\..*"
                                            // A map or a number that threads may share starts none.
                                            + "|java\\.util\\.concurrent\\.(?!ConcurrentHashMap$|atomic\\.AtomicLong$).*"
                                            + "|java\\.security\\.SecureRandom")));

    /**
     * Plans make no collection whose order may differ from one run to the next. What {@code Map.of} and {@code Set.of}
     * make differs too: those are for looking up, which no rule of this kind can tell from going through.
     */
    static final ArchRule PLANS_HAVE_AN_ORDER = noClasses()
            .that()
            .resideInAPackage(packagesOf("core"))
            .and()
            // Whose tables of what was computed before are never gone through.
            .resideOutsideOfPackage("dev.nuages.core.sim..")
            .and()
            .doNotHaveSimpleName("UpToDate")
            .should()
            .accessTargetWhere(describe("it makes a collection without an order", HouseRules::makesDisorder));

    private static final Map<String, Set<String>> READS_THE_WORLD = Map.of(
            "java.lang.System",
            Set.of(
                    "currentTimeMillis",
                    "nanoTime",
                    "getenv",
                    "getProperty",
                    "getProperties",
                    "identityHashCode",
                    "exit"),
            "java.lang.Math",
            Set.of("random"),
            "java.util.UUID",
            Set.of("randomUUID"),
            "java.time.Clock",
            Set.of("systemUTC", "systemDefaultZone", "system"),
            "java.time.InstantSource",
            Set.of("system"));

    private static final Set<String> DISORDERED =
            Set.of("java.util.HashMap", "java.util.HashSet", "java.util.IdentityHashMap", "java.util.WeakHashMap");

    private static boolean readsTheWorld(JavaAccess<?> access) {
        var owner = access.getTargetOwner().getName();
        var name = access.getTarget().getName();
        return READS_THE_WORLD.getOrDefault(owner, Set.of()).contains(name)
                || (owner.startsWith("java.time.") && name.equals("now"));
    }

    private static boolean makesDisorder(JavaAccess<?> access) {
        var owner = access.getTargetOwner().getName();
        var name = access.getTarget().getName();
        return (DISORDERED.contains(owner) && name.equals("<init>") && !isSuperCall(access))
                || (owner.equals("java.util.stream.Collectors")
                        && Set.of("toSet", "toMap", "groupingBy").contains(name));
    }

    private static boolean isSuperCall(JavaAccess<?> access) {
        return access.getOriginOwner().isAssignableTo(access.getTargetOwner().getName());
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return describe("are " + name, type -> type.getName().equals(name));
    }

    private static String packagesOf(String module) {
        return ROOT + module + "..";
    }
}
