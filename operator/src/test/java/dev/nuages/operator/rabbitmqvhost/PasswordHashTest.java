package dev.nuages.operator.rabbitmqvhost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordHashTest {
    /** Made by a RabbitMQ 3.10 of the password {@code secret1}. */
    private static final PasswordHash MADE_BY_RABBITMQ =
            new PasswordHash(PasswordHash.SHA_256, "zv6WkJ5h8WmIAU0gtzfvTtCCzaFRule1bl93dnKrw1trA1Px");

    @Test
    void one_that_rabbitmq_made_is_known() {
        assertThat(MADE_BY_RABBITMQ.isOf("secret1")).isTrue();
        assertThat(MADE_BY_RABBITMQ.isOf("secret2")).isFalse();
    }

    @Test
    void each_is_another_by_its_salt() {
        var one = PasswordHash.of("secret1");
        assertThat(one).isNotEqualTo(PasswordHash.of("secret1"));
        assertThat(one.isOf("secret1")).isTrue();
        assertThat(one.isOf("")).isFalse();
    }

    @Test
    void what_cannot_be_read_is_no_password() {
        assertThat(new PasswordHash(PasswordHash.SHA_256, "").isOf("")).isFalse();
        assertThat(new PasswordHash(PasswordHash.SHA_256, "not base64!").isOf("secret1"))
                .isFalse();
        assertThat(new PasswordHash("bcrypt", MADE_BY_RABBITMQ.base64()).isOf("secret1"))
                .isFalse();
    }
}
