"""The public half of what signs the trail's roots."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from audit.roots import audit_keys

KEYS_CACHED_SECONDS = 3600


@require_safe
def jwk_set(request: HttpRequest) -> HttpResponse:
    """The public keys that the audit trail's roots are signed with, for everybody."""
    response = JsonResponse(audit_keys().jwk_set(), content_type="application/jwk-set+json")
    response["Cache-Control"] = f"public, max-age={KEYS_CACHED_SECONDS}"
    return response
