from django.http import HttpResponse
from django.urls import path


def front(request):
    return HttpResponse(f"front of {request.get_host()}")


async def slow(request):
    return HttpResponse(f"slow of {request.get_host()}")


urlpatterns = [path("", front), path("slow", slow)]
