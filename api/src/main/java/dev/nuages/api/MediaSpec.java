package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What users upload: exactly one of {@code volume} and {@code s3} is given.
 *
 * @param volume a volume that all processes of the application share.
 * @param s3 a bucket whose settings are passed on, as django-storages reads them.
 * @param path the URL prefix, as MEDIA_URL has it; files of a volume are served there. Default: {@code /media}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.volume) != has(self.s3)", message = "media needs exactly one of: volume, s3")
public record MediaSpec(
        @Nullable MediaVolume volume,
        @Nullable MediaBucket s3,

        @Nullable
        @Size(max = 200)
        @ValidationRule(
                value = Rules.PATH,
                message =
                        "path must begin with '/' and be more than that, such as /media; no part of it is empty, '.' or '..'")
        String path) {}
