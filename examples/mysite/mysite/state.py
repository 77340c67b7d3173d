"""What the front page shows of each part of the site: a part that is not set up is off, and never an error."""
import socket
from itertools import pairwise

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jobs.models import CommandRun, TaskRun, Tick

from .schedule import TICK

HEARTBEAT = 24


def facts():
    sql = "select sqlite_version()" if connection.vendor == "sqlite" else "show server_version"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        # Without the packager's own number behind it.
        server = f"{connection.vendor} {cursor.fetchone()[0].split()[0]}"
    return {"version": settings.APP_VERSION, "host": socket.gethostname(),
            "server": server, "database": connection.settings_dict["NAME"], "visits": cached_visits(),
            "migration": MigrationRecorder.Migration.objects.order_by("-applied").first()}


def count_visit():
    """One more visit of the front page; none is counted without a cache, or while it does not answer."""
    if settings.REDIS_URL:
        try:
            cache.add("visits", 0, timeout=None)
            cache.incr("visits")
        except (redis.RedisError, ValueError):
            pass  # the count is an ornament: the page is worth more


def cached_visits():
    if not settings.REDIS_URL:
        return None
    try:
        return cache.get("visits")
    except redis.RedisError:
        return None


def background():
    """The tasks, beat and the scheduled command, as far as they left something in the database."""
    now = timezone.now()
    ticks = list(reversed(Tick.objects.filter(schedule="tick").order_by("-sent")[:HEARTBEAT]))
    latest = ticks[-1] if ticks else None
    silent = (now - latest.sent).total_seconds() if latest else None
    return {
        "tasks_on": bool(settings.CELERY_BROKER_URL),
        "runs": [{"run": run, "took": (run.finished - run.started).total_seconds() if run.finished else None}
                 for run in TaskRun.objects.order_by("-pk")[:5]],
        "tick": latest, "silent": silent, "beating": silent is not None and silent < 3 * TICK.total_seconds(),
        "heartbeat": heartbeat(ticks),
        "command": CommandRun.objects.order_by("-pk").first(),
    }


def heartbeat(ticks):
    """For each tick but the first, how it came: right, early (a second beat), late (one is missing) or twice."""
    shown = []
    for earlier, tick in pairwise(ticks):
        gap = (tick.sent - earlier.sent) / TICK
        kind = "twice" if tick.times > 1 else "early" if gap < 0.6 else "late" if gap > 1.5 else "right"
        shown.append({"tick": tick, "kind": kind})
    return shown
