"""Uploads over the API, as a test's client makes them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Airline

CONTRACTS = "/api/v1/contracts/"
TEXT = (
    b"Section 10 Hours of Service\n\n10.B.1 Duty periods. A Pilot's duty period shall not exceed fourteen (14) hours.\n\n"
    b"10.B.2 Rest. A Pilot shall receive not less than eleven (11) hours of rest between duty periods.\n"
)


def form(at: Airline, /, **changes: Any) -> dict[str, Any]:
    """An upload; `changes` of None leave a field out."""
    content = changes.pop("content", TEXT)
    given = {
        "document": SimpleUploadedFile("agreement.txt", content, content_type="text/plain"),
        "airline": at.code,
        "contract_type": "cba",
        "contract_version": "2026.1",
        "title": "Pilot Agreement",
        "effective_date": "2026-01-01",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def upload(client: APIClient, at: Airline, /, *, key: str | None = None, **changes: Any) -> Any:
    """The answer to the upload, as Django's test client gives it."""
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(CONTRACTS, form(at, **changes), format="multipart", headers=headers)
