"""What programs look for at addresses that are agreed upon (RFC 8615)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from contracts.publication.packs import signing_keys

KEYS_CACHED_SECONDS = 3600


@require_safe
def jwk_set(request: HttpRequest) -> HttpResponse:
    """The public keys that rule packs are signed with, for everybody."""
    response = JsonResponse(signing_keys().jwk_set(), content_type="application/jwk-set+json")
    response["Cache-Control"] = f"public, max-age={KEYS_CACHED_SECONDS}"
    return response
