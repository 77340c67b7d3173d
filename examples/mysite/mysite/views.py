from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render

from chat.consumers import HISTORY
from chat.models import Message
from polls.models import Choice, Question

from . import state


def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


def front(request):
    state.count_visit()
    return render(request, "mysite/front.html", {
        **state.facts(), **state.background(),
        "questions": Question.objects.order_by("pk").prefetch_related(
            Prefetch("choice_set", Choice.objects.order_by("pk"))),
        "chat_on": bool(settings.CHANNEL_LAYERS),
        "messages_said": list(reversed(Message.objects.order_by("-pk")[:HISTORY])),
    })


def panels(request):
    """The parts of the front page that change by themselves, for its script to put in place."""
    return render(request, "mysite/panels.html", {**state.facts(), **state.background()})
