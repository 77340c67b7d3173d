import time

from celery import shared_task
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from .models import TaskRun, Tick


@shared_task(bind=True)
def work(self, key, seconds=0.0):
    """Stands for a task that takes so long."""
    _work(self.request, key, seconds)


@shared_task(bind=True, acks_late=False, reject_on_worker_lost=False)
def work_acknowledged_early(self, key, seconds=0.0):
    """The same as Celery has it by itself: the broker forgets the task when it begins."""
    _work(self.request, key, seconds)


def _work(request, key, seconds):
    info = request.delivery_info or {}
    run = TaskRun.objects.create(key=key, queue=info.get("routing_key") or "", worker=request.hostname or "",
                                 version=settings.APP_VERSION, started=timezone.now())
    time.sleep(seconds)
    TaskRun.objects.filter(pk=run.pk).update(finished=timezone.now())


@shared_task(bind=True)
def tick(self, schedule):
    """Writes down that beat ticked."""
    sent = self.request.get("sent")
    row, new = Tick.objects.get_or_create(
        schedule=schedule, sent=parse_datetime(sent) if sent else timezone.now(),
        defaults={"beat": self.request.get("origin") or "", "worker": self.request.hostname or ""})
    if not new:
        Tick.objects.filter(pk=row.pk).update(times=F("times") + 1)
