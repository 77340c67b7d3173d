from django.contrib import admin

from .models import CommandRun, MigrateRun, TaskRun, Tick


class Record(admin.ModelAdmin):
    """What happened can be looked at and deleted, not made up."""

    ordering = ["-pk"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(TaskRun)
class TaskRunAdmin(Record):
    list_display = ["key", "queue", "started", "finished", "worker", "version"]
    list_filter = ["queue", "version"]
    search_fields = ["key"]


@admin.register(Tick)
class TickAdmin(Record):
    list_display = ["schedule", "sent", "times", "beat", "worker"]
    list_filter = ["schedule", "times"]


@admin.register(CommandRun)
class CommandRunAdmin(Record):
    list_display = ["command", "started", "finished", "outcome", "host", "version"]
    list_filter = ["command", "version"]


@admin.register(MigrateRun)
class MigrateRunAdmin(Record):
    list_display = ["version", "ended", "host"]
