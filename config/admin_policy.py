"""The admin's content security policy: django-unfold needs what the rest of the site forbids.

Its templates have no place for a nonce, so scripts are those of this site; `unsafe-eval` is Alpine's. Inline scripts stay forbidden.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class AdminContentSecurityMiddleware:
    """Loosens style-src and script-src under /admin/ alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY  # type: ignore[attr-defined]
        return response
