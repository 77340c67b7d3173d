package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpToDateTest {
    private final UpToDate upToDate = new UpToDate();
    private final ConfigMap seen = colours("blue");

    @BeforeEach
    void compared() {
        var wish = colours("blue");
        UpToDate.mark(wish, "hash");
        upToDate.remember(wish, seen);
    }

    @Test
    void what_was_found_to_be_as_it_is_wanted_is_known_and_marked() {
        var wish = colours("blue");
        assertThat(upToDate.is(wish, seen)).isTrue();
        assertThat(wish.getMetadata().getAnnotations()).containsEntry(Nuages.WANTED_ANNOTATION, "hash");
    }

    @Test
    void another_wish_is_not_and_stays_as_it_is() {
        var wish = colours("red");
        assertThat(upToDate.is(wish, seen)).isFalse();
        assertThat(wish).isEqualTo(colours("red"));
    }

    @Test
    void another_object_in_its_place_is_not_however_equal() {
        assertThat(upToDate.is(colours("blue"), colours("blue"))).isFalse();
    }

    @Test
    void what_is_asked_for_is_kept_and_all_else_forgotten_in_the_end() {
        var forgotten = colours("blue");
        upToDate.remember(colours("blue"), forgotten);
        for (int i = 0; i < 3000; i++) {
            upToDate.remember(colours("green"), colours("green"));
            assertThat(upToDate.is(colours("blue"), seen)).isTrue();
        }
        assertThat(upToDate.is(colours("blue"), forgotten)).isFalse();
    }

    private static ConfigMap colours(String sky) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("colours")
                .endMetadata()
                .addToData("sky", sky)
                .build();
    }
}
