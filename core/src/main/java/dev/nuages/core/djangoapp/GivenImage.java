package dev.nuages.core.djangoapp;

import dev.nuages.core.Alterations;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;
import java.util.stream.Stream;

/** Which image a Deployment's containers were given, where an admission policy has them take it from another registry. */
final class GivenImage {
    private GivenImage() {}

    /** Whether one of its containers was given this image. */
    static boolean isIn(Deployment deployment, String image) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
                .anyMatch(container -> is(deployment, "containers", container, image));
    }

    /** The images that its init containers were given. */
    static Stream<String> ofInitContainers(Deployment deployment, Stream<String> candidates) {
        var known = candidates.distinct().toList();
        return deployment.getSpec().getTemplate().getSpec().getInitContainers().stream()
                .map(container -> known.stream()
                        .filter(image -> is(deployment, "initContainers", container, image))
                        .findFirst()
                        .orElse(container.getImage()));
    }

    private static boolean is(Deployment deployment, String list, Container container, String image) {
        var path = "spec.template.spec." + list + "[" + container.getName() + "].image";
        return Optional.ofNullable(container.getImage())
                .filter(actual -> Alterations.recordedOn(deployment).allow(path, image, actual))
                .isPresent();
    }
}
