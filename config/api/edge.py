"""The short way in for the API: it knows no cookies, no sessions, no static files, and passes the middleware that does.

`innermost` stands in MIDDLEWARE where the API joins the pages' way again, `api_edge` where it leaves it. What security needs of
the middleware in between happens here: the host is checked, and each answer gets the headers that those would have set, asked
of them once at the start. Whatever would be redirected (to HTTPS, to the address with its slash) goes the pages' way.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import is_valid_path

API_PREFIX = "/api/"
PAGES_PREFIX = "/api/v1/docs/"  # for people, among whom the site's header knows its own
# The answers are data, whatever a browser takes them for.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"

Handler = Callable[[HttpRequest], HttpResponseBase]
_joining: list[Handler] = []


def innermost(get_response: Handler) -> Handler:
    """Remembers what follows it for the `api_edge` of the same chain, which Django builds from the inside out."""
    _joining.append(get_response)
    return get_response


def api_edge(get_response: Handler) -> Handler:
    """Where the API leaves the pages' way."""
    inside = _joining.pop()
    headers = {is_secure: fixed_headers(is_secure=is_secure) for is_secure in (False, True)}

    def handle(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        is_secure = request.is_secure()
        if (
            not path.startswith(API_PREFIX)
            or path.startswith(PAGES_PREFIX)
            or not path.endswith("/")
            or (settings.SECURE_SSL_REDIRECT and not is_secure)
        ):
            return _to_its_slash(request) or get_response(request)
        request.get_host()  # raises DisallowedHost
        response = inside(request)
        given = response.headers
        for name, value in headers[is_secure]:
            if name not in given:
                given[name] = value
        has_length = "Content-Length" in given or response.status_code == HTTPStatus.NOT_MODIFIED
        if isinstance(response, HttpResponse) and not has_length:
            given["Content-Length"] = str(len(response.content))
        return response

    return handle


def _to_its_slash(request: HttpRequest) -> HttpResponseBase | None:
    """308 where a slash is all that is missing: the pages' 301 would have most clients ask again by GET, without a body."""
    path = request.path_info
    if not path.startswith(API_PREFIX) or path.endswith("/") or not is_valid_path(f"{path}/"):
        return None
    request.get_host()  # raises DisallowedHost
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    address = request.get_full_path(force_append_slash=True)
    return HttpResponsePermanentRedirect(address, preserve_request=True)


def fixed_headers(*, is_secure: bool) -> list[tuple[str, str]]:
    """What the skipped middleware sets on any answer over HTTPS, or over HTTP."""
    request, response = HttpRequest(), HttpResponse()
    request._get_scheme = lambda: "https" if is_secure else "http"  # type: ignore[attr-defined] # what is_secure() asks
    if settings.SECURE_PROXY_SSL_HEADER and is_secure:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        request.META[name] = value
    del response.headers["Content-Type"]
    for middleware in (SecurityMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _: response).process_response(request, response)
    response.headers["Content-Security-Policy"] = API_POLICY
    return list(response.items())
