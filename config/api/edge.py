"""The short way in for the API: it knows no cookies, no sessions, no static files, and passes the middleware that does.

`innermost` stands in MIDDLEWARE where the API joins the pages' way again, `api_edge` where it leaves it. What security needs of
the middleware in between happens here and in `config.headers`: the host is checked, and each answer has the headers that those would
have set. Nobody is redirected to HTTPS: who sent a token in the clear is to notice.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import is_valid_path

from config.api import problems

API_PREFIX = "/api/"
PAGES_PREFIX = "/api/v1/docs/"  # for people, among whom the site's header knows its own

Handler = Callable[[HttpRequest], HttpResponseBase]
_joining: list[Handler] = []


def innermost(get_response: Handler) -> Handler:
    """Remembers what follows it for the `api_edge` of the same chain, which Django builds from the inside out."""
    _joining.append(get_response)
    return get_response


def api_edge(get_response: Handler) -> Handler:
    """Where the API leaves the pages' way."""
    inside = _joining.pop()

    def handle(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(API_PREFIX) or path.startswith(PAGES_PREFIX):
            return get_response(request)
        request.get_host()  # raises DisallowedHost
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problems.https_required()
        if not path.endswith("/"):
            return _to_its_slash(request) or get_response(request)
        response = inside(request)
        given = response.headers
        has_length = "Content-Length" in given or response.status_code == HTTPStatus.NOT_MODIFIED
        if isinstance(response, HttpResponse) and not has_length:
            given["Content-Length"] = str(len(response.content))
        return response

    return handle


def _to_its_slash(request: HttpRequest) -> HttpResponseBase | None:
    """308 where a slash is all that is missing: the pages' 301 would have most clients ask again by GET, without a body."""
    if not is_valid_path(f"{request.path_info}/"):
        return None
    return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)
