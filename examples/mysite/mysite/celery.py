"""The Celery application: `celery -A mysite worker -Q fast`, `celery -A mysite beat`."""
import os

from celery import Celery
from celery.signals import before_task_publish
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
app = Celery("mysite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect(sender="jobs.tasks.tick")
def stamp(headers, **_):
    """Writes on a tick when beat sent it, so that one that is delivered twice is known by that."""
    headers["sent"] = timezone.now().isoformat()
