"""What `manage.py check` says of an installation before programs notice."""

from collections.abc import Sequence
from pathlib import Path
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


def documents_are_not_served(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What strangers sent lies in no folder of static files, and none of those in it."""
    documents = Path(settings.DOCUMENTS_DIR).resolve()
    served = [Path(folder).resolve() for folder in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS) if folder]
    if not any(documents.is_relative_to(folder) or folder.is_relative_to(documents) for folder in served):
        return []
    hint = "Let VAR_DIR lie elsewhere."
    return [Error("Uploaded documents lie where static files are served from.", hint=hint, id="contracts.E002")]
