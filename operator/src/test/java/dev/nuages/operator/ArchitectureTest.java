package dev.nuages.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import dev.nuages.core.architecture.HouseRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final JavaClasses CLASSES = HouseRules.mainClasses("operator");

    /** So that another version of the SDK, or none, is a change of that package. */
    private static final ArchRule ONE_PACKAGE_KNOWS_THE_SDK = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nuages.operator.sdk..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.javaoperatorsdk..");

    static Stream<Named<ArchRule>> rules() {
        return Stream.of(
                        HouseRules.dependenciesPointOneWay("operator"),
                        HouseRules.namesSayWhatThingsAre("operator"),
                        ONE_PACKAGE_KNOWS_THE_SDK)
                .map(rule -> Named.of(rule.getDescription(), rule));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(CLASSES);
    }
}
