"""How often an address may try what costs us a hash or a mail, on pages as over the API."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.api.throttles import Window, counted
from config.requests import client_address

SCOPE = "token"
View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Decorates a page: its POSTs count with the attempts to get a token, by address."""

    @functools.wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            window = Window.now(SCOPE, client_address(request) or "unknown")
            count = counted(window)
            if count is not None and count > window.limit:
                return slow_down(request, window.wait)
        return view(request, *args, **kwargs)

    return handle


def slow_down(request: HttpRequest, seconds: float) -> HttpResponse:
    """The page for whoever has to wait."""
    wait = max(1, round(seconds))
    response = render(request, "accounts/slow_down.html", {"seconds": wait}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait)
    return response
