"""Pages and answers that belong to no app: health, and the errors of the whole site."""

import redis
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.http import require_GET

from config.api import problems

API_PREFIX = "/api/"


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """503 while the database does not answer. Redis down is said but no reason to take the process out: answers go on without it."""
    state = {"database": _database_answers(), "redis": _redis_answers()}
    return JsonResponse(
        {name: "up" if up else "down" for name, up in state.items()}, status=200 if state["database"] else 503
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except OperationalError:
        return False


def _redis_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what Django itself refuses to read: too many fields, a broken form, a foreign host."""
    if request.path.startswith(API_PREFIX):
        return problems.bad_request()
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problems.not_found(request)
    return HttpResponseNotFound(render(request, "404.html").content)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problems.server_error()
    return HttpResponseServerError(render(request, "500.html").content)
