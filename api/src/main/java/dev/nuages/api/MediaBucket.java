package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A bucket for uploads. Its settings reach Django by the names that django-storages gave them.
 *
 * @param bucket the bucket's name: AWS_STORAGE_BUCKET_NAME.
 * @param region its region: AWS_S3_REGION_NAME.
 * @param endpoint the address of a service that is like S3: AWS_S3_ENDPOINT_URL. Default: Amazon's.
 * @param secret a Secret with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Default: none, where the pods have
 *     an identity of their own.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MediaBucket(
        @Required @Size(min = 1, max = 255) String bucket,
        @Nullable @Size(min = 1, max = 64) String region,

        @Nullable
        @Size(max = 512)
        @ValidationRule(
                value = "self.matches('^https?://[!-~]+$')",
                message = "endpoint must be an address, such as https://s3.example.org")
        String endpoint,

        @Nullable @Size(min = 1, max = 253) String secret) {}
