"""Counts what was lost or doubled, for those who want to know whether a deploy was noticed."""
from datetime import timedelta
from itertools import pairwise

from django.db.models import Count, F, Max, Sum

from mysite.schedule import TICK

from .models import CommandRun, TaskRun, Tick


def tasks(prefix):
    """
    Of the tasks whose keys begin so: how many are done, how often one was done again, how many attempts broke off, and
    when each worker ended its last.
    """
    runs = TaskRun.objects.filter(key__startswith=prefix)
    done = runs.exclude(finished=None).aggregate(runs=Count("pk"), keys=Count("key", distinct=True))
    return {
        "tasks": done["keys"],
        "doubled_tasks": done["runs"] - done["keys"],
        "unfinished_tasks": runs.filter(finished=None).count(),
        "last_ends": dict(runs.exclude(finished=None).values_list("worker").annotate(Max("finished"))),
    }


def ticks(since):
    """
    Of the ticks since a time: how many there were, how many came twice or from a second beat, and how many are missing.

    A beat keeps its own time, so a tick is known by its distance to the one before: of two beats at
    once, one of every two gaps is half an interval at most.
    """
    seen = Tick.objects.filter(schedule="tick", sent__gte=since).order_by("sent")
    again = seen.aggregate(n=Sum(F("times") - 1))["n"] or 0
    gaps = [(later - earlier) / TICK for earlier, later in pairwise(seen.values_list("sent", flat=True))]
    return {
        "ticks": seen.count(),
        "doubled_ticks": again + sum(gap < 0.6 for gap in gaps),
        "missed_ticks": sum(max(round(gap) - 1, 0) for gap in gaps),
        "longest_gap_seconds": round(max(gaps, default=0) * TICK.total_seconds(), 1),
    }


def minutes(since):
    """
    Of the minutes since a time: the first that ticked, how many did, how often one ticked again, and how many between them
    did not.
    """
    seen = Tick.objects.filter(schedule="minute", sent__gte=since)
    sent = [tick.replace(second=0, microsecond=0) for tick in seen.values_list("sent", flat=True)]
    told = set(sent)
    all_between = (max(told) - min(told)) // timedelta(minutes=1) + 1 if told else 0
    return {
        "minutes": len(told),
        "first_minute": min(told, default=None),
        "doubled_minutes": len(sent) - len(told) + (seen.aggregate(n=Sum(F("times") - 1))["n"] or 0),
        "missed_minutes": all_between - len(told),
    }


def commands(since):
    runs = CommandRun.objects.filter(started__gte=since)
    return {"commands": runs.exclude(finished=None).count(), "unfinished_commands": runs.filter(finished=None).count()}
