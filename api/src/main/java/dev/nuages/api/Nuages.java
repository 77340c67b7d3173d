package dev.nuages.api;

/** What all kinds of the group share: its name, and the names of its annotations. */
public final class Nuages {
    public static final String GROUP = "nuages.dev";
    public static final String VERSION = "v1alpha1";

    /** The operator's field manager, and the value of {@code app.kubernetes.io/managed-by} on all it makes. */
    public static final String MANAGER = "nuages";

    /**
     * On a DjangoApp: a new value asks for another migration to the same version, once; of one that failed, which {@code
     * nuages retry} does, or of one that is done, as after a database was restored from an older backup.
     */
    public static final String RETRY_ANNOTATION = GROUP + "/retry";

    /** On an object that the operator made: a hash of what it asked for, to see fields that were since given up. */
    public static final String WANTED_ANNOTATION = GROUP + "/wanted";

    /**
     * On an object that an admission policy of the cluster makes otherwise than the operator asks for: which fields, as JSON,
     * each with hashes of what was asked for and of what it became, so that it is left so while both stay.
     */
    public static final String ALTERED_ANNOTATION = GROUP + "/altered";

    /**
     * On a generated Secret: {@code Kind/name} of the object it was generated for. Such a Secret has no owner reference
     * when its owner's data is retained, so that a new object of the same name finds it again.
     */
    public static final String GENERATED_FOR_ANNOTATION = GROUP + "/generated-for";

    /** On a pod template: a keyed hash of the configuration that its pods read when they start. */
    public static final String CONFIG_ANNOTATION = GROUP + "/config";

    /** On a Deployment whose number of pods is an autoscaler's to say. */
    public static final String AUTOSCALED_ANNOTATION = GROUP + "/autoscaled";

    /** On an object as it was read, and never as it is stored: what of its spec could not be read. */
    static final String UNREAD_ANNOTATION = GROUP + "/unread";

    /** On objects that have something to undo outside of Kubernetes before they go. */
    public static final String FINALIZER = GROUP + "/cleanup";

    /**
     * 40 characters leave room for what names are made into: the longest is a label, of 63 at most, on the pods of
     * {@code NAME-migrate-} and ten letters of a hash; a StatefulSet's revision label takes {@code NAME-rabbitmq-} and ten.
     */
    static final String SHORT_NAME_RULE =
            "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";

    static final String SHORT_NAME_MESSAGE =
            "metadata.name must be at most 40 characters, only lower case letters, digits"
                    + " and '-', and begin with a letter: Services and labels are named after it";

    /** After what is the start of a rule: the name of an object after which a database is named that has no name of its own. */
    static final String NAMES_A_DATABASE = " || !(self.metadata.name.startsWith('pg-')"
            + " || self.metadata.name in ['postgres', 'template0', 'template1', 'public', 'none'])";

    private Nuages() {}
}
