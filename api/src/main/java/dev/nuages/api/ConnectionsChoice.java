package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * How many connections the database server takes, and what happens when an application could need more. What it could need
 * is counted over the pods that it asks for and those that a deploy adds to them; pods that still drain, after they were
 * replaced, keep theirs for so long and are not counted.
 *
 * @param max the connections that one application may use, such as the server's max_connections less what others need, and
 *     less what its pods that drain may hold. Default: what the server takes, as it says itself, less what the applications
 *     may need that share it.
 * @param policy {@code Warn} says so in condition {@code ConnectionBudget}; {@code Enforce} also refuses to deploy or
 *     scale past it; what runs already is not refused, nor is it to ask for less. Default: Warn.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionsChoice(
        @Nullable @Min(1) @Max(1000000) Integer max,
        @Nullable Policy policy) {
    public static final ConnectionsChoice EMPTY = new ConnectionsChoice(null, null);

    /** What happens when an application could need more. */
    public enum Policy {
        Warn,
        Enforce
    }
}
