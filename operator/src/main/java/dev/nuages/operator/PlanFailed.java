package dev.nuages.operator;

import dev.nuages.core.ObjectRef;

/**
 * No plan could be made, which only a fault of ours can be the reason of. The user must hear of it: nothing is repaired or
 * deployed any more. What went wrong stays in the log, for its words may cite what is secret.
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
}
