package dev.nuages.local.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image to build: what it is called, and all that it comes from.
 *
 * @param name what it is called, without {@code nuages.local/} and without a tag
 * @param tag its tag, or {@link #BY_CONTENT}
 * @param recipe the folder of its Dockerfile, which is also its build context
 * @param parent the image given to the Dockerfile as the build argument {@code BASE}; empty if it starts from nothing
 * @param inputs files that go into it from outside its recipe
 * @param arguments build arguments of the Dockerfile, and whatever else it depends on
 * @param trustsThisMachine whether its build downloads over TLS, by the certificates this machine trusts; they do not
 *     stay in the image
 * @param context puts into the build context what the recipe folder does not hold
 */
public record Image(
        String name,
        String tag,
        Path recipe,
        Optional<Image> parent,
        List<Path> inputs,
        Map<String, String> arguments,
        boolean trustsThisMachine,
        Context context) {

    /** In place of a tag: the tag is the image's own content key. */
    public static final String BY_CONTENT = "";

    /** Puts files into a build context. */
    @FunctionalInterface
    interface Context {
        /** Nothing but the recipe. */
        Context RECIPE_ONLY = (folder, commands) -> {};

        void fill(Path folder, Commands commands) throws IOException, InterruptedException;
    }

    public Image {
        inputs = List.copyOf(inputs);
        arguments = Map.copyOf(arguments);
    }

    static Image of(String name, String tag, Path recipe) {
        return new Image(name, tag, recipe, Optional.empty(), List.of(), Map.of(), false, Context.RECIPE_ONLY);
    }

    Image on(Image other) {
        return new Image(name, tag, recipe, Optional.of(other), inputs, arguments, trustsThisMachine, context);
    }

    Image with(List<Path> files, Context filling) {
        return new Image(name, tag, recipe, parent, files, arguments, trustsThisMachine, filling);
    }

    Image with(Map<String, String> buildArguments) {
        return new Image(name, tag, recipe, parent, inputs, buildArguments, trustsThisMachine, context);
    }

    Image trustingThisMachine() {
        return new Image(name, tag, recipe, parent, inputs, arguments, true, context);
    }

    /** Its full name in the cluster, such as {@code nuages.local/redis:7}. */
    String ref(ContentKey key) {
        return "nuages.local/" + name + ":" + (tag.equals(BY_CONTENT) ? key.value() : tag);
    }
}
