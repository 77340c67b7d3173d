package dev.nuages.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import dev.nuages.core.architecture.HouseRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final JavaClasses CLASSES = HouseRules.mainClasses("cli", "local");

    static Stream<Named<ArchRule>> rules() {
        return Stream.of("cli", "local")
                .flatMap(module ->
                        Stream.of(HouseRules.dependenciesPointOneWay(module), HouseRules.namesSayWhatThingsAre(module)))
                .map(rule -> Named.of(rule.getDescription(), rule));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(CLASSES);
    }
}
