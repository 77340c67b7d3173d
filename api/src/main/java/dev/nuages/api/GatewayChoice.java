package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A Gateway that the sites' HTTPRoutes are attached to.
 *
 * @param name the Gateway's name.
 * @param namespace its namespace. Default: the application's own.
 * @param sectionName one of its listeners. Default: all that allow the route.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GatewayChoice(
        @Required @Size(min = 1, max = 253) String name,
        @Nullable @Size(min = 1, max = 63) String namespace,
        @Nullable @Size(min = 1, max = 253) String sectionName) {}
