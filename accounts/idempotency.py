"""`Idempotency-Key`: a POST that creates, sent twice under one key, creates once and answers the same both times.

The key, what was created and the answer are written in one transaction, under a lock that a second request with the
same key does not wait for. Only success is remembered: what was refused created nothing and may be tried again.
"""

import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import IdempotencyKey
from config.errors import ErrorCode, ProductError, RuleBroken, WrongState
from config.retention import kept_for

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
ANSWER_KEPT = kept_for("idempotency_keys")
KEY = re.compile("[!-~]{1,200}")

H = TypeVar("H", bound=Callable[..., Response])


def idempotent(handler: H) -> H:
    """Decorates a view's `post`. A request without the header is handled as ever.

    Raises:
        ValidationError, RuleBroken, WrongState: as `idempotent_without`.
    """
    return idempotent_without()(handler)


def idempotent_without(*members: str) -> Callable[[H], H]:
    """As `idempotent`, for answers with secrets: `members` are not stored, and null when the answer is given again.

    Raises:
        ValidationError: for a header that is no key.
        RuleBroken: `idempotency_mismatch`, when the key came before with another request.
        WrongState: while a request with the same key is being handled.
    """

    return functools.partial(_remembering, members=frozenset(members))


def _remembering(handler: H, *, members: frozenset[str]) -> H:
    @functools.wraps(handler)
    def handle(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ValidationError({HEADER: ["1 to 200 printable ASCII characters without spaces."]})
        caller, route, request_hash = UUID(str(request.user.pk)), request.path[:200], _request_hash(request)
        with transaction.atomic():
            _lock(caller, route, key)
            known = _known(caller, route, key)
            if known is not None:
                return _replayed(known, request_hash)
            try:
                response = handler(view, request, *args, **kwargs)
            except ProductError as refusal:
                refused = refusal
            else:
                _remember(caller, route, key, request_hash, response, without=members)
                return response
        # Services take their own work back. What the guards were told of a refusal stays, as it does without a key.
        raise refused

    return cast("H", handle)


def _lock(caller: UUID, route: str, key: str) -> None:
    """Hold the key until the transaction ends."""
    digest = hashlib.sha256(f"{caller} {route} {key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        row = cursor.fetchone()
    if row != (True,):
        raise WrongState("A request with this Idempotency-Key is being handled. Try again in a moment.")


def _known(caller: UUID, route: str, key: str) -> IdempotencyKey | None:
    known = IdempotencyKey.objects.filter(caller=caller, route=route, key=key).first()
    if known is not None and known.expires_at <= timezone.now():
        known.delete()
        return None
    return known


def _replayed(known: IdempotencyKey, request_hash: str) -> Response:
    if known.request_hash != request_hash:
        raise RuleBroken("This Idempotency-Key came before with another request.", code=ErrorCode.IDEMPOTENCY_MISMATCH)
    stored: dict[str, Any] = known.body or {}
    return Response(stored["data"], status=known.status, headers={**stored["headers"], REPLAYED: "true"})


def _remember(
    caller: UUID, route: str, key: str, request_hash: str, response: Response, *, without: frozenset[str]
) -> None:
    """Keep data as JSON writes it, `without` being members that are kept as null, and where the created thing is."""
    kept = {name: response[name] for name in ("Location", "ETag") if response.has_header(name)}
    data = orjson.loads(orjson.dumps(response.data, default=str))
    if without:
        data = {name: None if name in without else value for name, value in data.items()}
    IdempotencyKey.objects.create(
        caller=caller,
        route=route,
        key=key,
        request_hash=request_hash,
        status=response.status_code,
        body={"data": data, "headers": kept},
        expires_at=timezone.now() + ANSWER_KEPT,
    )


def _request_hash(request: Request) -> str:
    """SHA-256 over every field and every file's name and bytes, whatever their order."""
    digest = hashlib.sha256()
    data = request.data
    if not hasattr(data, "lists"):
        digest.update(orjson.dumps(data, option=orjson.OPT_SORT_KEYS))
        return digest.hexdigest()
    for name, values in sorted(data.lists()):
        for value in values:
            part = _file_hash(value) if isinstance(value, UploadedFile) else str(value)
            digest.update(orjson.dumps([name, part]))
    return digest.hexdigest()


def _file_hash(file: UploadedFile[bytes]) -> list[str | None]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name, digest.hexdigest()]
