"""What `manage.py check` says of an installation before programs notice."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from config.signing import NoSigningKeys, SigningKeys


def packs_can_be_signed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without a key no rule pack is handed out."""
    try:
        SigningKeys.parsed(settings.PACK_SIGNING_KEYS)
    except NoSigningKeys as fault:
        hint = "Make one with: openssl rand -base64 32"
        return [Error(f"No rule pack can be signed: {fault}", hint=hint, id="contracts.E001")]
    return []
