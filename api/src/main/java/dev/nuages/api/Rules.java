package dev.nuages.api;

/** Rules of CEL, and what they say, that several records have in common. */
final class Rules {
    static final String ASGI = "self.matches('^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$')";
    static final String ASGI_MESSAGE =
            "asgi is no ASGI application: write it as MODULE:NAME, such as mysite.asgi:application";

    /** After {@code self}, or after the name of a list's item. */
    static final String IS_HOST = ".matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')";

    /**
     * After what is a URL prefix: not {@code /} itself, which is the site's, and without what Kubernetes refuses in a route, which
     * are empty parts and those that are but one dot or two.
     */
    private static final String IS_PREFIX = ".matches('^(/([.]{0,2}[A-Za-z0-9_~-]|[.]{3})[A-Za-z0-9._~-]*)+/?$')";

    static final String PATH = "self" + IS_PREFIX;

    static final String PATHS = "self.all(p, p" + IS_PREFIX + ")";
    static final String PATHS_MESSAGE =
            "paths must each begin with '/' and be more than that, such as /ws; no part of one is empty, '.' or '..'";

    /** Kubernetes refuses a variable without a name only when it meets it in a pod. */
    static final String VARIABLES = "self.all(v, has(v.name) && v.name != '')";

    static final String VARIABLES_MESSAGE = "each variable of env needs a name";

    /** What Kubernetes takes for a quantity, as controller-gen writes it into CRDs. */
    static final String QUANTITY = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
            + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    /**
     * How much of memory or of a disk: nothing works with less, and for a Redis none is no limit. It is what a forgotten unit
     * leaves, or {@code m}, which are thousandths.
     */
    static final String SIZE = "quantity(string(self)).compareTo(quantity('1Mi')) >= 0";

    static final String SIZE_MESSAGE =
            " must be at least 1Mi: without a unit it is bytes, and m are thousandths of one";

    /** What a probe asks. */
    static final String HEALTH_PATH = "self.matches('^/[!-~]*$')";

    static final String HEALTH_PATH_MESSAGE = "healthPath must begin with '/' and hold no spaces, such as /healthz";

    /** What is named by a user, and part of the names of objects. */
    static final String NAMES = "self.all(n, n.size() <= 30 && n.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))";

    static final String NAMES_MESSAGE =
            "each name must be at most 30 characters, only lower case letters, digits and '-',"
                    + " beginning and ending with a letter or digit: Deployments are named after it";

    /** An integer or none, where one excludes the other. */
    static final String REPLICAS_OR_AUTOSCALE = "!(has(self.replicas) && has(self.autoscale))";

    static final String REPLICAS_OR_AUTOSCALE_MESSAGE =
            "replicas and autoscale exclude each other: with autoscale the autoscaler owns the number of pods";

    private Rules() {}
}
