package dev.nuages.local;

/** Where work that takes a while tells how far it is. Safe for use by several threads at once. */
public interface Progress {
    /** Begins a step, said as what is being done: "Build kubernetes". */
    Step begin(String title);

    /** Says one line that belongs to no step. */
    void say(String line);

    /** One step; it must be ended by {@link #done}, {@link #unchanged} or {@link #failed}, once. */
    interface Step {
        /** What the step is busy with just now, until the next; shown while it runs, if for long enough. */
        void detail(String now);

        /** The step did something, and this came of it. */
        void done(String outcome);

        /** The step found nothing to do. */
        void unchanged(String why);

        /** The step could not be done. */
        void failed(String why);
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work<T> {
        T run(Step step) throws Exception;
    }

    /** Runs work as one step, which fails with the work and otherwise must be ended by the work itself. */
    default <T> T step(String title, Work<T> work) {
        Step step = begin(title);
        try {
            return work.run(step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            step.failed("interrupted");
            throw new LocalClusterException(title + ": interrupted; the next run goes on from here.", e);
        } catch (LocalClusterException e) {
            step.failed(String.valueOf(e.getMessage()));
            throw e;
        } catch (Exception e) {
            step.failed(Failure.words(e));
            throw new LocalClusterException(title + " failed: " + Failure.words(e), e);
        }
    }

    /** Tells nobody. */
    static Progress silent() {
        return new Progress() {
            @Override
            public Step begin(String title) {
                return SilentStep.INSTANCE;
            }

            @Override
            public void say(String line) {}
        };
    }

    /** Its own step. */
    enum SilentStep implements Step {
        INSTANCE;

        @Override
        public void detail(String now) {}

        @Override
        public void done(String outcome) {}

        @Override
        public void unchanged(String why) {}

        @Override
        public void failed(String why) {}
    }
}
