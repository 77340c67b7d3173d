package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * Static files, served by Caddy from the image's STATIC_ROOT: those of the running version and of the one before it, so
 * that pages of either work while one replaces the other. A field that is not given here is the environment's, and else
 * the default named.
 *
 * @param root the image's STATIC_ROOT, which {@code collectstatic} filled when the image was built. Default:
 *     {@code /app/static}.
 * @param path the URL prefix, as STATIC_URL has it. Default: {@code /static}.
 * @param immutable a regular expression (RE2) for the paths of files that never change, for their names tell what is in
 *     them: browsers keep those for a year, all others for five minutes. Default: Django's own hashed names, such as
 *     {@code site.0123456789ab.css}; names as Vite has them, such as {@code index-BX3k9d2a.js}, are found by
 *     <code>-[A-Za-z0-9_-]{8}[.][a-z0-9]+$</code>.
 * @param keepPrevious whether the files of the version before are served too. Default: true.
 * @param replicas how many pods. Default: 1.
 * @param resources CPU and memory of each pod. Default: requests of 20m and 32Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.pods) || !has(self.pods.env)",
        message = "pods.env is for processes of Django: the static files are served by Caddy, which reads none",
        fieldPath = ".pods.env")
public record StaticFilesSpec(
        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^/[A-Za-z0-9._/-]+$') && !self.contains('..')",
                message = "root must be a folder's whole path in the image, such as /app/static")
        String root,

        @Nullable
        @Size(max = 200)
        @ValidationRule(
                value = Rules.PATH,
                message =
                        "path must begin with '/' and be more than that, such as /static; no part of it is empty, '.' or '..'")
        String path,

        @Nullable
        @Size(min = 1, max = 500)
        @ValidationRule(
                value = "self.matches('^[!$-_a-z|~][!#-_a-~]*$') && !self.contains('{$')",
                message =
                        "immutable is no regular expression for a path: write it without spaces, quotes and backticks,"
                                + " and not with '#' or '{' at its beginning")
        // Either is so, or it cannot be read.
        @ValidationRule(value = "''.matches(self) || !''.matches(self)", message = "immutable is no regular expression")
        String immutable,

        @Nullable Boolean keepPrevious,
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final StaticFilesSpec EMPTY = new StaticFilesSpec(null, null, null, null, null, null, null);
}
