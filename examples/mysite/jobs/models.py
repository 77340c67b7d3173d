"""What ran in the background, written down so that what was lost or doubled can be counted."""
from django.db import models


class TaskRun(models.Model):
    """One attempt at a task. A task that was run once has one, and it has an end."""

    key = models.CharField(max_length=100, db_index=True, help_text="What the one who asked for the task calls it.")
    queue = models.CharField(max_length=50)
    worker = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)

    def __str__(self):
        return self.key


class Tick(models.Model):
    """One message of celery beat, by when beat sent it."""

    schedule = models.CharField(max_length=100)
    sent = models.DateTimeField()
    times = models.PositiveIntegerField(default=1, help_text="How often it was delivered: more than once is a fault.")
    beat = models.CharField(max_length=200)
    worker = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "sent"], name="a_tick_once")]

    def __str__(self):
        return f"{self.schedule} at {self.sent:%H:%M:%S}"


class CommandRun(models.Model):
    """One run of a management command."""

    command = models.CharField(max_length=100)
    host = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return f"{self.command} at {self.started:%H:%M:%S}"


class MigrateRun(models.Model):
    """One run of `migrate` to its end, also one that found nothing to do. A version that was migrated once has one."""

    version = models.CharField(max_length=100)
    host = models.CharField(max_length=200)
    ended = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.version} at {self.ended:%H:%M:%S}"
