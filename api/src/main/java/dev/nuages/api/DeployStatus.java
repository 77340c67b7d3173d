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
 * @param rolledOut whether all web pods of the release ran at some time.
 * @param lastRolledOut the release of which all web pods ran last, where that is one before {@code previous}: its pods may
 *     still answer, so its static files stay served too.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeployStatus(
        @Nullable Release previous,
        @Nullable List<String> staticImages,
        @Nullable Boolean rolledOut,
        @Nullable Release lastRolledOut) {
    public static final DeployStatus EMPTY = new DeployStatus(null, null, null, null);
}
