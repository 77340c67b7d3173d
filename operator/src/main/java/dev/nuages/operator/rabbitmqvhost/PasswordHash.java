package dev.nuages.operator.rabbitmqvhost;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A password as RabbitMQ keeps it: four bytes of salt, then a digest of these and the password. The password itself need
 * not be sent, neither to set nor to check it.
 *
 * @param algorithm RabbitMQ's name of the digest
 * @param base64 salt and digest
 */
record PasswordHash(String algorithm, String base64) {
    static final String SHA_256 = "rabbit_password_hashing_sha256";
    private static final String SHA_512 = "rabbit_password_hashing_sha512";
    private static final int SALT_BYTES = 4;

    static PasswordHash of(String password) {
        var salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(SHA_256, Base64.getEncoder().encodeToString(salted(salt, "SHA-256", password)));
    }

    /** Whether it is this password's; false for an algorithm that is not known here. */
    boolean isOf(String password) {
        var digest = switch (algorithm) {
            case SHA_256 -> "SHA-256";
            case SHA_512 -> "SHA-512";
            default -> "";
        };
        if (digest.isEmpty()) {
            return false;
        }
        byte[] known;
        try {
            known = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return known.length > SALT_BYTES
                && MessageDigest.isEqual(known, salted(Arrays.copyOf(known, SALT_BYTES), digest, password));
    }

    private static byte[] salted(byte[] salt, String digest, String password) {
        try {
            var sum = MessageDigest.getInstance(digest);
            sum.update(salt);
            var hash = sum.digest(password.getBytes(UTF_8));
            var all = Arrays.copyOf(salt, salt.length + hash.length);
            System.arraycopy(hash, 0, all, salt.length, hash.length);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        }
    }
}
