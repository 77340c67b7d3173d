from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from .models import Choice


@require_POST
def vote(request, pk):
    choice = get_object_or_404(Choice, pk=request.POST.get("choice") or 0, question_id=pk)
    Choice.objects.filter(pk=choice.pk).update(votes=F("votes") + 1)
    return redirect("/")
