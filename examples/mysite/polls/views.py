import socket

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from .models import Choice, Question


def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


def hits():
    """How often the front page was asked for; None without Redis, or while it does not answer."""
    if not settings.REDIS_URL:
        return None
    try:
        return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.3, socket_connect_timeout=0.3).incr("hits")
    except redis.RedisError:
        return None


def front(request):
    sql = "select sqlite_version()" if connection.vendor == "sqlite" else "show server_version"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        server = f"{connection.vendor} {cursor.fetchone()[0]}"
    return render(request, "polls/front.html", {
        "version": settings.APP_VERSION, "host": socket.gethostname(), "server": server,
        "database": connection.settings_dict["NAME"], "hits": hits(),
        "migration": MigrationRecorder.Migration.objects.order_by("-applied").first(),
        "questions": Question.objects.order_by("pk").prefetch_related(
            Prefetch("choice_set", Choice.objects.order_by("pk"))),
    })


@require_POST
def vote(request, pk):
    choice = get_object_or_404(Choice, pk=request.POST.get("choice") or 0, question_id=pk)
    Choice.objects.filter(pk=choice.pk).update(votes=F("votes") + 1)
    return redirect("/")
