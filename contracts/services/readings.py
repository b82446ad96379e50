"""Asking for another reading: of a document whose last one failed, and with one's own language model."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from contracts.models import ExtractionRun
from contracts.reading_policies import require_model_reading, require_reading
from contracts.services.extraction import extraction_request
from contracts.services.locks import locked_contract


def reading_again_request(*, actor: User, contract_id: UUID) -> ExtractionRun:
    """Queue another reading of a document whose last one failed. Of two who ask at once the second is refused.

    Raises:
        NotFoundForActor: when there is no such contract.
        NotAllowed, WrongState: see `reading_policies.require_reading`.
    """
    with transaction.atomic():
        contract = locked_contract(contract_id)
        require_reading(actor, contract)
        return extraction_request(actor=actor, contract=contract)


def model_reading_request(*, actor: User, contract_id: UUID) -> ExtractionRun:
    """Queue another reading, with the uploader's own language model beside it. Of two who ask at once the second is refused.

    Raises:
        NotFoundForActor: when there is no such contract.
        NotAllowed, WrongState: see `reading_policies.require_model_reading`.
    """
    with transaction.atomic():
        contract = locked_contract(contract_id)
        require_model_reading(actor, contract)
        return extraction_request(actor=actor, contract=contract)
