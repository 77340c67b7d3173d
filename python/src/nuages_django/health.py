"""An answer for probes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]
AsyncAnswer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class HealthMiddleware:
    """
    Answers ``ok`` at ``/healthz``, whatever the host and the scheme: as the first of the middleware, it comes before
    the redirect to HTTPS, and it does not ask ``ALLOWED_HOSTS``.

    ``NUAGES_HEALTH_PATH`` is another path. The answer costs nothing and says that the process takes requests. With
    ``NUAGES_HEALTH_DATABASE = True`` it asks the database too, and says 503 while that does not answer; think twice,
    for when the database blinks, no pod is left to say so.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer | AsyncAnswer) -> None:
        self._get_response = get_response
        self._path: str = getattr(settings, "NUAGES_HEALTH_PATH", "/healthz")
        self._database: bool = getattr(settings, "NUAGES_HEALTH_DATABASE", False)
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer(request)
        if self._is_asked(request):
            return self._health()
        return self._get_response(request)

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_asked(request):
            return await sync_to_async(self._health)() if self._database else self._health()
        return await cast(AsyncAnswer, self._get_response)(request)

    def _is_asked(self, request: HttpRequest) -> bool:
        return request.path_info == self._path and request.method in ("GET", "HEAD")

    def _health(self) -> HttpResponse:
        if self._database:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except DatabaseError:
                return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
        return HttpResponse("ok\n", content_type="text/plain")
