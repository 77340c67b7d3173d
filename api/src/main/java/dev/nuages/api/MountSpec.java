package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Files that the containers of the application's image find at a path: exactly one of {@code secret}, {@code configMap} and
 * {@code claim} is given, of the application's namespace.
 *
 * @param path the folder, such as {@code /etc/ssl/internal}; nothing of the image's own is seen there.
 * @param secret the Secret each of whose keys is a file. Pods are replaced when it changes.
 * @param configMap the ConfigMap each of whose keys is a file. Pods are replaced when it changes.
 * @param claim the PersistentVolumeClaim whose volume it is. Where pods are on several nodes, many must be able to write it.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "[has(self.secret), has(self.configMap), has(self.claim)].filter(given, given).size() == 1",
        message = "a mount needs exactly one of: secret, configMap, claim")
public record MountSpec(
        @Required
        @Size(min = 2, max = 253)
        @ValidationRule(
                value =
                        "self.matches('^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$') && !['/etc/nuages', '/tmp', '/srv/media'].exists(p,"
                                + " self == p || self.startsWith(p + '/'))",
                message =
                        "path must be a folder such as /etc/ssl/internal, without '/' at its end, and not one of Nuages'"
                                + " own: /etc/nuages, /tmp, /srv/media")
        String path,

        @Nullable @Size(min = 1, max = 253) String secret,
        @Nullable @Size(min = 1, max = 253) String configMap,
        @Nullable @Size(min = 1, max = 253) String claim) {}
