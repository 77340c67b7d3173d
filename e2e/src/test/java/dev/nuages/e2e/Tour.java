package dev.nuages.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The steps of a tour in Markdown; {@code e2e/README.md} says how they are written.
 *
 * @param steps in their order
 */
record Tour(List<Step> steps) {
    private static final String FENCE = "```";
    private static final String BEGIN = "```console tour";
    private static final Pattern EXIT = Pattern.compile("\\(exit (\\d+)\\)");

    /**
     * A command with what it prints.
     *
     * @param line where it stands, from 1
     * @param command for bash
     * @param output the lines shown, without the exit code; none if anything goes
     * @param exitCode what it ends with
     */
    record Step(int line, String command, List<String> output, int exitCode) {

        /** True if the text is what the step shows. */
        boolean shows(String text) {
            return output.isEmpty() || pattern(output).matcher(normal(text)).matches();
        }

        private static Pattern pattern(List<String> output) {
            String whole = output.stream()
                    .map(Step::normal)
                    .map(line -> line.equals("…\n") ? "(?s:.*?)" : literally(line))
                    .collect(Collectors.joining());
            return Pattern.compile(whole);
        }

        private static String literally(String line) {
            return List.of(line.split("…", -1)).stream().map(Pattern::quote).collect(Collectors.joining("[^\\n]*"));
        }

        /** Without empty lines, and with single spaces. */
        private static String normal(String text) {
            return text.lines()
                    .map(line -> line.strip().replaceAll("\\s+", " "))
                    .filter(line -> !line.isEmpty())
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
        }
    }

    /** Reads the blocks that are part of the tour. */
    static Tour of(String markdown) {
        List<Step> steps = new ArrayList<>();
        List<String> lines = markdown.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).strip().equals(BEGIN)) {
                int end = at + 1;
                while (!lines.get(end).strip().equals(FENCE)) {
                    end++;
                }
                addSteps(lines, at + 1, end, steps);
                at = end;
            }
        }
        return new Tour(List.copyOf(steps));
    }

    private static void addSteps(List<String> lines, int from, int to, List<Step> steps) {
        int at = from;
        while (at < to) {
            if (!lines.get(at).startsWith("$ ")) {
                throw new IllegalArgumentException(
                        "line " + (at + 1) + " is the output of no command: " + lines.get(at));
            }
            int line = at + 1;
            StringBuilder command = new StringBuilder(lines.get(at++).substring(2));
            while (at < to && lines.get(at).startsWith("> ")) {
                command.append('\n').append(lines.get(at++).substring(2));
            }
            List<String> output = new ArrayList<>();
            while (at < to && !lines.get(at).startsWith("$ ")) {
                output.add(lines.get(at++));
            }
            steps.add(step(line, command.toString(), output));
        }
    }

    private static Step step(int line, String command, List<String> output) {
        Matcher exit = EXIT.matcher(output.isEmpty() ? "" : output.getLast().strip());
        if (!exit.matches()) {
            return new Step(line, command, List.copyOf(output), 0);
        }
        return new Step(
                line, command, List.copyOf(output.subList(0, output.size() - 1)), Integer.parseInt(exit.group(1)));
    }
}
