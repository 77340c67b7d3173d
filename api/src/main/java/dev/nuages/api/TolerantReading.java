package dev.nuages.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * How objects are read: without the fields that are not known here. A newer version of a kind has others, and KEDA adds
 * some to what it is given; one object with such a field would keep its whole kind from being listed.
 */
public final class TolerantReading {
    private TolerantReading() {}

    /** To be given to the builder of a client; a new one each time, for a client may change it. */
    public static KubernetesSerialization serialization() {
        return new KubernetesSerialization(
                new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), true);
    }
}
