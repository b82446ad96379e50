"""The shape of a change, as the feed answers it and webhooks' messages carry it."""

from datetime import UTC, datetime

from contracts.models import Change

# What `change_body` reads beside the row itself.
CHANGE_RELATED = ("airline", "contract", "pilot")


def change_body(change: Change) -> dict[str, object]:
    """The members of one published change in their order. CHANGE_RELATED should have been fetched with it."""
    contract, pilot = change.contract, change.pilot
    return {
        "id": str(change.pk),
        "position": change.position,
        "kind": change.kind,
        "airline": change.airline.code if change.airline is not None else None,
        "contract": None
        if contract is None
        else {
            "id": str(contract.pk),
            "contract_type": contract.contract_type,
            "contract_version": contract.contract_version,
            "effective_date": contract.effective_date.isoformat(),
        },
        "pilot_id": pilot.pilot_id if pilot is not None else None,
        "old_hash": change.old_hash,
        "new_hash": change.new_hash,
        "recorded_at": instant(change.recorded_at),
        "published_at": instant(change.published_at),
    }


def instant(moment: datetime | None) -> str | None:
    """As the API writes it."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
