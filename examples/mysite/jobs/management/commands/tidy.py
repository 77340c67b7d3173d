import socket
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobs.models import CommandRun, TaskRun, Tick


class Command(BaseCommand):
    help = "Deletes what the background wrote down longer ago than some hours, and writes down that it ran."

    def add_arguments(self, parser):
        parser.add_argument("--hours", type=float, default=24.0, help="how long to keep what happened (default: 24)")

    def handle(self, *, hours, **_):
        if hours < 0:
            raise CommandError("--hours must not be negative")
        run = CommandRun.objects.create(command="tidy", host=socket.gethostname(), version=settings.APP_VERSION,
                                        started=timezone.now())
        before = run.started - timedelta(hours=hours)
        gone = sum(old.delete()[0] for old in [
            TaskRun.objects.filter(started__lt=before), Tick.objects.filter(sent__lt=before),
            CommandRun.objects.filter(started__lt=before)])
        outcome = f"deleted {gone} rows older than {hours:g} hours"
        CommandRun.objects.filter(pk=run.pk).update(finished=timezone.now(), outcome=outcome)
        self.stdout.write(outcome)
