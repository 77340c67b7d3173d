package dev.nuages.cli;

import dev.nuages.local.Check;
import dev.nuages.local.Failure;
import dev.nuages.local.MachineChecks;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "Looks whether this machine can run the local cluster. Fails if it cannot.",
        footer = {"", "Examples:", "  nuages doctor", "  nuages doctor --fix      puts right what is safe to put right"
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--fix", description = "Puts right what is wrong, where that is safe.")
    private boolean fix;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        examine(
                MachineChecks.all(Folders.current().home()),
                fix,
                spec.commandLine().getOut());
        return 0;
    }

    /**
     * Looks at all of them.
     *
     * @throws Refusal that says how many found something wrong, if any
     */
    static void examine(List<Check> checks, boolean fix, PrintWriter out) throws InterruptedException {
        int wrong = 0;
        for (Check check : checks) {
            if (!examine(check, fix, out)) {
                wrong++;
            }
        }
        if (wrong > 0) {
            throw new Refusal(wrong + " of " + checks.size() + " checks found something wrong"
                    + (fix ? "" : "; `nuages doctor --fix` puts right what says so above"));
        }
    }

    /** True if it is well, in the end. */
    private static boolean examine(Check check, boolean fix, PrintWriter out) throws InterruptedException {
        Check.Finding finding = check.look();
        if (finding instanceof Check.Wrong && fix && check.fix().isPresent()) {
            print(out, "@|yellow fix|@", check, check.fix().get().intention());
            finding = fixed(check, check.fix().get());
        }
        switch (finding) {
            case Check.Fine fine -> print(out, "@|green  ok|@", check, fine.sentence());
            case Check.Notable notable -> print(out, "@|yellow   ~|@", check, notable.sentence());
            case Check.Wrong bad -> {
                String way = fix || check.fix().isEmpty()
                        ? ""
                        : " --fix would: " + check.fix().get().intention();
                print(out, "@|red   !|@", check, bad.sentence() + way);
            }
        }
        return !(finding instanceof Check.Wrong);
    }

    /** What is found after a fix. One that fails is no reason to leave the other checks out. */
    private static Check.Finding fixed(Check check, Check.Fix fix) throws InterruptedException {
        try {
            fix.action().run();
            return check.look();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return check.look() instanceof Check.Wrong still
                    ? new Check.Wrong(still.sentence() + " It was not put right: " + Failure.words(e))
                    : check.look();
        }
    }

    private static void print(PrintWriter out, String mark, Check check, String sentence) {
        out.println(Ansi.AUTO.string(mark) + " " + check.name() + ": " + sentence);
        out.flush();
    }
}
