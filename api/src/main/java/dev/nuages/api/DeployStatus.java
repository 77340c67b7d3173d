package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the release has got.
 *
 * @param previous the release before: until the new one's static files are served its processes run on, and afterwards
 *     its static files stay served.
 * @param staticImages the images whose static files are served.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeployStatus(
        @Nullable Release previous, @Nullable List<String> staticImages) {
    public static final DeployStatus EMPTY = new DeployStatus(null, null);
}
