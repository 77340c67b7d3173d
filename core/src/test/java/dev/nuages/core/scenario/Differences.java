package dev.nuages.core.scenario;

import java.util.ArrayList;
import java.util.List;

/** What two texts differ in, line by line, with some of the lines around: as {@code diff} shows it. */
public final class Differences {
    private static final int CONTEXT = 4;

    private record Line(char mark, String text) {}

    private Differences() {}

    /** Empty where they are the same; else lines with {@code -} are only in the first, those with {@code +} in the second. */
    public static String between(String first, String second) {
        var lines = aligned(first.lines().toList(), second.lines().toList());
        var shown = new StringBuilder();
        var gap = false;
        for (int i = 0; i < lines.size(); i++) {
            var near = lines.subList(Math.max(0, i - CONTEXT), Math.min(lines.size(), i + CONTEXT + 1));
            if (near.stream().anyMatch(line -> line.mark() != ' ')) {
                shown.append(gap ? "  …\n" : "")
                        .append(lines.get(i).mark())
                        .append(' ')
                        .append(lines.get(i).text())
                        .append('\n');
                gap = false;
            } else {
                gap = true;
            }
        }
        return shown.toString();
    }

    /** By the longest common subsequence of lines. */
    private static List<Line> aligned(List<String> first, List<String> second) {
        var common = new int[first.size() + 1][second.size() + 1];
        for (int i = first.size() - 1; i >= 0; i--) {
            for (int j = second.size() - 1; j >= 0; j--) {
                common[i][j] = first.get(i).equals(second.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var lines = new ArrayList<Line>();
        int i = 0;
        int j = 0;
        while (i < first.size() || j < second.size()) {
            if (i < first.size() && j < second.size() && first.get(i).equals(second.get(j))) {
                lines.add(new Line(' ', first.get(i++)));
                j++;
            } else if (j == second.size() || (i < first.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', first.get(i++)));
            } else {
                lines.add(new Line('+', second.get(j++)));
            }
        }
        return lines;
    }
}
