package dev.nuages.core.sim;

/** Who does something. */
enum Who {
    /** A controller of ours. */
    CONTROLLER,
    /** Kubernetes' controllers of workloads, and the kubelet. */
    WORKLOADS,
    GARBAGE_COLLECTION,
    /** Another controller of ours, of which only what it leaves is played. */
    NEIGHBOUR,
    /** The people whose application it is. */
    USER,
    /** Others who may not know what they do, machines that break, processes that die. */
    FAULT
}
