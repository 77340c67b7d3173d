package dev.nuages.operator;

import dev.nuages.core.ObjectRef;

/**
 * An object holds what is none of its fields' values: its kind's schema was less strict once, or is another version's. A plan
 * made of the rest would take what the user asked for there as not asked for.
 */
final class ObjectUnread extends Refusal {
    /**
     * @param what the fields that could not be read
     */
    ObjectUnread(ObjectRef object, String what) {
        super(
                "ObjectUnread",
                "what " + object + " holds at " + what
                        + " cannot be read: correct it, or take it out; what runs is left as it is until then");
    }
}
