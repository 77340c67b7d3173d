"""What celery beat sends and when, whichever scheduler it runs with."""
from datetime import timedelta

from celery.schedules import crontab

TICK = timedelta(seconds=5)
BEAT_SCHEDULE = {
    "tick": {
        "task": "jobs.tasks.tick",
        "schedule": TICK,
        # The name of its schedule, which the task would not know otherwise.
        "args": ["tick"],
        "options": {"queue": "fast"},
    },
    # By the clock, as most real schedules are: a beat that comes back does not send again what was sent before it died.
    "minute": {
        "task": "jobs.tasks.tick",
        "schedule": crontab(),
        "args": ["minute"],
        "options": {"queue": "fast"},
    },
}
