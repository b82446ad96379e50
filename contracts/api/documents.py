"""Handing out originals."""

import structlog
from django.http import HttpResponse, HttpResponseBase
from rest_framework.exceptions import APIException

from accounts.models import ServiceClient, User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import ErrorCode
from contracts.models import PilotContract
from contracts.publication.entity_tags import is_known
from contracts.serving import original_as_attachment

logger = structlog.get_logger(__name__)


class OriginalMissing(APIException):
    """A stored file is not where it was put: a fault of ours that an operator can mend."""

    status_code = 503
    default_detail = "The original cannot be handed out now."
    default_code = ErrorCode.UNAVAILABLE.value


def original_response(
    caller: User | ServiceClient, contract: PilotContract, *, if_none_match: str | None
) -> HttpResponseBase:
    """The stored bytes as an attachment, under their hash as entity tag. Each download is written down.

    Raises:
        OriginalMissing: when the store does not have them.
    """
    tag = f'"{contract.document_sha256}"'
    response: HttpResponseBase
    if is_known(if_none_match, tag):
        response = HttpResponse(status=304)
    else:
        try:
            response = original_as_attachment(contract)
        except FileNotFoundError as error:
            logger.exception("an original is not in the store", contract=str(contract.pk))
            raise OriginalMissing from error
        entry_record(event=AuditEvent.DOCUMENT_READ, actor=caller, target=contract)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    return response
