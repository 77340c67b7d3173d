import socket
import uuid
from datetime import datetime, timezone

from django.conf import settings
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from . import counts as counted
from .tasks import work, work_acknowledged_early

# By queue, how long a task works that does not say: what it is called after.
SECONDS = {"fast": 0.05, "slow": 8.0}
LONGEST = 600.0
# By when the broker forgets a task: when it has ended, or when it begins.
TASKS = {"late": work, "early": work_acknowledged_early}


@csrf_exempt  # programs ask for tasks too, and there is nothing to steal
@require_POST
def enqueue(request):
    """Takes `queue` (fast or slow), `id` (made up if there is none), `seconds` that the task works, and `acks` (late, early)."""
    queue = request.POST.get("queue", "fast")
    if queue not in SECONDS:
        return HttpResponseBadRequest("queue must be fast or slow\n", content_type="text/plain")
    acks = request.POST.get("acks", "late")
    if acks not in TASKS:
        return HttpResponseBadRequest("acks must be late or early\n", content_type="text/plain")
    try:
        seconds = float(request.POST.get("seconds", SECONDS[queue]))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST:
        return HttpResponseBadRequest("seconds must be a number from 0 to 600\n", content_type="text/plain")
    key = request.POST.get("id") or str(uuid.uuid4())
    if len(key) > 100:
        return HttpResponseBadRequest("id must not be longer than 100 letters\n", content_type="text/plain")
    if not settings.CELERY_BROKER_URL:
        return JsonResponse({"error": "tasks are off: CELERY_BROKER_URL is not set"}, status=503)
    try:
        TASKS[acks].apply_async([key, seconds], queue=queue)
    except OperationalError as unreachable:
        return JsonResponse({"error": f"the broker did not take the task: {unreachable}"}, status=503)
    if "text/html" in request.headers.get("Accept", ""):
        return redirect("front")
    return JsonResponse({"id": key, "queue": queue}, status=202)


@require_GET
def counts(request):
    """The counts as JSON: of the tasks by `prefix` of their ids, of ticks and commands from `since` (ISO 8601) on."""
    try:
        since = parse_datetime(request.GET.get("since", "1970-01-01T00:00:00Z"))
    except ValueError:
        since = None
    if since is None:
        return HttpResponseBadRequest("since must be a time like 2026-01-31T12:00:00Z\n", content_type="text/plain")
    if since.tzinfo is None:
        since = since.replace(tzinfo=timezone.utc)
    return JsonResponse({
        **counted.tasks(request.GET.get("prefix", "")),
        **counted.ticks(since), **counted.minutes(since), **counted.commands(since),
        "now": datetime.now(timezone.utc).isoformat(), "host": socket.gethostname(), "version": settings.APP_VERSION,
    })
