package dev.nuages.core.sim;

import dev.nuages.core.sim.Rest.Standing;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Property 10. Whatever somebody made of our objects: at Ready they have our fields, and data holds nothing else. A
 * Job that has ended is history.
 */
final class AsWrittenWhenReady implements RestProperty {
    private final Map<Stored, Boolean> judged = new HashMap<>();

    @Override
    public String sentence() {
        return "10. at Ready every object is as the operator wrote it last";
    }

    @Override
    public Optional<String> judge(Rest rest) {
        if (rest.outcome().standing() != Standing.READY) {
            return Optional.empty();
        }
        return rest.world().cluster().objects().stream()
                .filter(object -> !judged.computeIfAbsent(object, AsWrittenWhenReady::asWritten))
                .findFirst()
                .map(object -> object + " is not as it was written");
    }

    private static boolean asWritten(Stored object) {
        if (object.applied().isEmpty() || JobController.ended(object)) {
            return true;
        }
        var written = object.applied().get();
        var data = written.path("data");
        return ServerSideApply.merge(object.json(), Optional.empty(), written).equals(object.json())
                && (data.isMissingNode() || data.equals(object.json().path("data")));
    }
}
