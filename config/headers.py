"""The headers that every answer has, whoever makes it: pages, the API, static files, redirects, refusals and faults.

Views and middleware inside may say something stricter or looser on purpose; what they leave unsaid is said here. What stands in
front of Django (`config.api.front`) takes `fixed_headers` from here too. No header of CORS is among them: no other origin is let
in (ADR 0064).
"""

from collections.abc import Callable
from http import HTTPMethod

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

Handler = Callable[[HttpRequest], HttpResponseBase]

# For whatever is no page of ours: a browser that shows it loads nothing for it and runs nothing of it.
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
POLICY = "Content-Security-Policy"
REPORTS_GROUP = "csp"

# What could watch, locate or charge somebody. It is sent with every answer, so what could not stays out.
_UNUSED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_OUR_OWN = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")  # the last two are passkeys
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _UNUSED), *(f"{name}=(self)" for name in _OUR_OWN)])


def headers_of_every_answer(get_response: Handler) -> Handler:
    """The outermost middleware but for the request's context."""
    fixed = {is_secure: fixed_headers(is_secure=is_secure) for is_secure in (False, True)}

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        given = response.headers
        if f"report-to {REPORTS_GROUP}" in given.get(POLICY, ""):
            given["Reporting-Endpoints"] = f'{REPORTS_GROUP}="{settings.CSP_REPORTS_PATH}"'
        for name, value in fixed[request.is_secure()]:
            if name not in given:
                given[name] = value
        if "Cache-Control" not in given and _is_personal(request, response):
            given["Cache-Control"] = "private, no-store"
        if _is_signing_out(request):
            given["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return handle


def fixed_headers(*, is_secure: bool) -> list[tuple[str, str]]:
    """What any answer over HTTPS, or over HTTP, has unless it says otherwise itself."""
    request, response = HttpRequest(), HttpResponse()
    request._get_scheme = lambda: "https" if is_secure else "http"  # type: ignore[attr-defined] # what is_secure() asks
    del response.headers["Content-Type"]
    for middleware in (SecurityMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _: response).process_response(request, response)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers[POLICY] = DATA_POLICY
    return list(response.items())


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether who asks may have made a difference: by a token, or by the session, of which `Vary` tells."""
    return "HTTP_AUTHORIZATION" in request.META or "cookie" in response.headers.get("Vary", "").lower()


def _is_signing_out(request: HttpRequest) -> bool:
    """Whether what the browser has kept of this site (pictures of pages) is to go with the session."""
    match = request.resolver_match
    return match is not None and match.url_name == "logout" and request.method == HTTPMethod.POST
