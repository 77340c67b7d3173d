package dev.nuages.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrdTest {
    @Test
    @DisplayName("charts/nuages/crds holds what the records say (mvn -pl api test -Dnuages.crds=write writes it)")
    void crdsAreCurrent(@TempDir Path scratch) throws IOException {
        var wanted = CrdYaml.generate(scratch);
        if ("write".equals(System.getProperty("nuages.crds"))) {
            Files.createDirectories(CrdYaml.FOLDER);
            for (var file : wanted.entrySet()) {
                Files.writeString(CrdYaml.FOLDER.resolve(file.getKey()), file.getValue());
            }
        }
        var found = new TreeMap<String, String>();
        try (var files = Files.list(CrdYaml.FOLDER)) {
            for (Path file : files.toList()) {
                found.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        assertThat(found).isEqualTo(wanted);
    }
}
