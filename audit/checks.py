"""What `manage.py check` says of an installation before the first root is due."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from audit.roots import audit_keys
from config.signing import NoSigningKeys


def roots_can_be_signed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without a key the chain's head is not signed, and a tail that is cut off goes unnoticed."""
    try:
        audit_keys()
    except NoSigningKeys as fault:
        hint = "Make one with: openssl rand -base64 32"
        return [Error(f"No audit root can be signed: {fault}", hint=hint, id="audit.E001")]
    return []
