package dev.nuages.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a machine's sources of packages the images are built from. */
class BaseSourcesTest {
    private static final String DEBIANS = "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg";

    @TempDir
    Path folder;

    @Test
    void ofLinesTheReleaseItsUpdatesAndItsSecurityFixesAreTakenOfMainAlone() throws Exception {
        assertThat(taken("sources.list", """
                # deb http://comment.example/debian bookworm main
                deb http://debian.example/debian bookworm main contrib non-free-firmware # ours
                deb-src http://debian.example/debian bookworm main
                deb\thttp://debian.example/debian  bookworm-updates main
                deb [ arch=amd64 %s ] http://debian.example/debian-security bookworm-security main
                deb http://debian.example/debian bookworm-backports main
                deb http://debian.example/debian bookworm contrib
                deb http://debian.example/debian trixie main
                deb [signed-by=/usr/share/keyrings/pgdg.gpg] https://pgdg.example/apt bookworm-pgdg main
                deb [signed-by=/usr/share/keyrings/php.gpg] https://php.example/ bookworm main
                deb https://docker.example/debian bookworm stable
                """.formatted(DEBIANS)))
                .containsExactly(
                        "deb http://debian.example/debian bookworm main",
                        "deb http://debian.example/debian bookworm-updates main",
                        "deb [arch=amd64 " + DEBIANS
                                + "] http://debian.example/debian-security bookworm-security main");
    }

    @Test
    void ofParagraphsTheSameSuitesAreTakenFromEachAddress() throws Exception {
        assertThat(taken("debian.sources", """
                # A mirror.
                Types: deb deb-src
                URIs: http://one.example/debian
                  http://two.example/debian
                # and no others
                suites: bookworm bookworm-backports bookworm-security
                Components: contrib main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
                Check-Valid-Until: no

                Enabled: no
                Types: deb
                URIs: http://off.example/debian
                Suites: bookworm
                Components: main

                Types: deb
                URIs: https://php.example
                Suites: bookworm
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mQINBF
                """))
                .containsExactly(
                        "deb [%s check-valid-until=no] http://one.example/debian bookworm main".formatted(DEBIANS),
                        "deb [%s check-valid-until=no] http://one.example/debian bookworm-security main"
                                .formatted(DEBIANS),
                        "deb [%s check-valid-until=no] http://two.example/debian bookworm main".formatted(DEBIANS),
                        "deb [%s check-valid-until=no] http://two.example/debian bookworm-security main"
                                .formatted(DEBIANS));
    }

    @Test
    void severalFilesAreReadAsTheyAreEach() throws Exception {
        Path paragraph = write("a.sources", """
                Types: deb
                URIs: http://debian.example/debian
                Suites: bookworm
                Components: main
                """);

        assertThat(taken(
                        paragraph,
                        write("b.list", "deb http://two.example/debian bookworm main\n"),
                        write("c.sources", Files.readString(paragraph).replace("debian.example", "three.example"))))
                .containsExactlyInAnyOrder(
                        "deb http://debian.example/debian bookworm main",
                        "deb http://two.example/debian bookworm main",
                        "deb http://three.example/debian bookworm main");
    }

    private List<String> taken(String name, String sources) throws IOException, InterruptedException {
        return taken(write(name, sources));
    }

    private static List<String> taken(Path... files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "awk",
                "-v",
                "release=bookworm",
                "-f",
                Path.of("images/base/sources.awk").toString()));
        List.of(files).forEach(file -> command.add(file.toString()));
        Process awk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(awk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(awk.waitFor()).as(said).isZero();
        return said.lines().toList();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
