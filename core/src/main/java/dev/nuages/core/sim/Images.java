package dev.nuages.core.sim;

import java.util.Set;

/**
 * How images behave, by their references. Those in no set behave well.
 *
 * @param missing cannot be pulled
 * @param broken raise in their migrations
 * @param crashing migrate, but their processes never become ready
 */
public record Images(Set<String> missing, Set<String> broken, Set<String> crashing) {
    public static final Images GOOD = new Images(Set.of(), Set.of(), Set.of());

    public Images {
        missing = Set.copyOf(missing);
        broken = Set.copyOf(broken);
        crashing = Set.copyOf(crashing);
    }
}
