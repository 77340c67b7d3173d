package dev.nuages.core.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import dev.nuages.api.DjangoApp;
import dev.nuages.core.Kind;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final JavaClasses CLASSES = HouseRules.mainClasses("api", "core");

    static Stream<Named<ArchRule>> rules() {
        return Stream.of(
                        HouseRules.dependenciesPointOneWay("api"),
                        HouseRules.dependenciesPointOneWay("core"),
                        HouseRules.namesSayWhatThingsAre("api"),
                        HouseRules.namesSayWhatThingsAre("core"),
                        HouseRules.CORE_HAS_NO_CLIENT,
                        HouseRules.ONLY_THE_SIMULATED_WORLD_SERIALIZES,
                        HouseRules.CORE_REACHES_NOTHING_OUTSIDE,
                        HouseRules.CORE_HAS_NO_CLOCK_OR_CHANCE,
                        HouseRules.PLANS_HAVE_AN_ORDER)
                .map(rule -> Named.of(rule.getDescription(), rule));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    @DisplayName("the class files of this JDK are read, for what cannot be read breaks no rule")
    void classFilesAreRead() {
        assertThat(CLASSES.contain(Kind.class)).isTrue();
        assertThat(CLASSES.get(DjangoApp.class).getAllRawSuperclasses()).isNotEmpty();
        assertThat(CLASSES.get(Kind.class).getMethods()).hasSize(Kind.class.getDeclaredMethods().length);
    }
}
