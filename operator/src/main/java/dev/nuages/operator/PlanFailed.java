package dev.nuages.operator;

import dev.nuages.core.ObjectRef;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * No plan could be made, which only a fault of ours can be the reason of. The user must hear of it: nothing is repaired or
 * deployed any more. What went wrong is not told in its own words anywhere, for they may cite what is secret.
 */
final class PlanFailed extends Refusal {
    PlanFailed(ObjectRef object, RuntimeException fault) {
        super(
                "PlanFailed",
                "no plan could be made for " + object
                        + ", and this is a fault of Nuages: what runs is left as it is, and"
                        + " nothing of it is repaired or deployed. The operator's log says where it failed: please report"
                        + " that. What was changed last may be why, and can be taken back.",
                fault);
    }

    /** Where it failed, without what the faults say. */
    String where() {
        return Stream.iterate(getCause(), Objects::nonNull, Throwable::getCause)
                .map(fault -> fault.getClass().getName()
                        + Arrays.stream(fault.getStackTrace())
                                .map(frame -> "\n\tat " + frame)
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\ncaused by "));
    }
}
