"""What celery beat sends and when, whichever scheduler it runs with."""
from datetime import timedelta

TICK = timedelta(seconds=5)
BEAT_SCHEDULE = {
    "tick": {
        "task": "jobs.tasks.tick",
        "schedule": TICK,
        # The name of its schedule, which the task would not know otherwise.
        "args": ["tick"],
        "options": {"queue": "fast"},
    },
}
