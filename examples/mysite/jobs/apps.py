import socket

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self):
        # Django says that it has migrated once for each app: one of them is heard.
        post_migrate.connect(record_migrate, sender=self)


def record_migrate(using, plan=None, apps=None, **_):
    """Leaves a row for a run of `migrate`, for it leaves none itself when there is nothing to do."""
    if plan is None:
        return  # `flush` says that it has migrated too
    try:
        runs = apps.get_model("jobs", "MigrateRun").objects
    except LookupError:
        return  # another app was migrated alone, and the table is not there yet
    runs.using(using).create(version=settings.APP_VERSION, host=socket.gethostname())
