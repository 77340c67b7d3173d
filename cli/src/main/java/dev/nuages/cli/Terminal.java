package dev.nuages.cli;

import dev.nuages.local.PrintedProgress;
import java.io.Console;

/** Whether a person watches, and how he is told what goes on. */
final class Terminal {
    private Terminal() {}

    /** True if standard output is a terminal that can redraw a line. */
    @SuppressWarnings("SystemConsoleNull") // it is no longer null, but declared so
    static boolean live() {
        Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    /** Progress on standard output, and in {@code logs/up.log}. */
    static PrintedProgress progress(Folders folders) {
        return PrintedProgress.open(System.out, live(), folders.upLog());
    }
}
