"""What the OpenAPI document says of the contracts' operations, by operation id."""

from collections.abc import Mapping

from config.api.operations import Link, Operation
from config.errors import ErrorCode
from contracts.documents.faults import DocumentFaultCode

Refusals = Mapping[int, list[str]]

_LOCATION = {"Location": "The address of what was created."}
_PRIVATE = {"Cache-Control": "`private, no-cache`: for the caller alone, and asked for anew each time."}

_BY_UPLOADER: Refusals = {409: [ErrorCode.WRONG_STATE, ErrorCode.STALE_VERSION]}
_BY_REVIEWER: Refusals = {
    403: [ErrorCode.OWN_CONTRACT],
    409: [ErrorCode.WRONG_STATE, ErrorCode.STALE_VERSION, ErrorCode.CLAIMED],
}
_DONE: Refusals = {409: [ErrorCode.ALREADY_DONE]}
_RATED: Refusals = {403: [ErrorCode.OWN_CONTRACT], 409: [ErrorCode.WRONG_STATE]}


def _of_contract(*names: str) -> dict[str, Link]:
    """Links from a contract in the answer to operations on it."""
    return {name: Link(name, {"contract_id": "$response.body#/id"}) for name in names}


def _of_webhook(*names: str) -> dict[str, Link]:
    return {name: Link(name, {"webhook_id": "$response.body#/id"}) for name in names}


_CONTRACTS = {
    "contracts_list": Operation("Contracts that the caller may see"),
    "contracts_create": Operation(
        "Upload a contract",
        refusals={
            404: [ErrorCode.NOT_FOUND],
            409: [ErrorCode.WRONG_STATE, ErrorCode.DUPLICATE_DOCUMENT, ErrorCode.DUPLICATE_VERSION],
            422: [ErrorCode.INVALID, *DocumentFaultCode],
            503: [ErrorCode.UNAVAILABLE],
        },
        headers=_LOCATION,
        links=_of_contract(
            "contracts_retrieve",
            "contracts_extraction_retrieve",
            "contracts_submit_create",
            "contracts_withdraw_create",
        ),
    ),
    "contracts_retrieve": Operation(
        "One contract",
        links=_of_contract("contracts_rules_list", "contracts_history_list", "contracts_document_retrieve"),
    ),
    "contracts_document_retrieve": Operation(
        "The original, byte for byte", refusals={503: [ErrorCode.UNAVAILABLE]}, headers=_PRIVATE
    ),
    "contracts_extraction_retrieve": Operation("How far the reading of the document is"),
    "contracts_extraction_create": Operation(
        "Have a failed reading tried again", refusals={409: [ErrorCode.WRONG_STATE]}
    ),
    "contracts_history_list": Operation("What was done to the contract"),
    "contracts_diff_retrieve": Operation(
        "Compare rule by rule with another contract, a kept revision or Part 117",
        refusals={409: [ErrorCode.WRONG_STATE]},
    ),
    "contracts_rules_list": Operation("The rules of one contract", headers=_PRIVATE),
    "contracts_usage_retrieve": Operation("How much the contract is used"),
    "contracts_submit_create": Operation(
        "Hand it to reviewers", refusals=_BY_UPLOADER, links=_of_contract("contracts_withdraw_create")
    ),
    "contracts_withdraw_create": Operation("Take it back", refusals=_BY_UPLOADER),
    "contracts_approve_create": Operation(
        "Approve it",
        refusals={
            403: [
                ErrorCode.OWN_CONTRACT,
                ErrorCode.OTHER_GROUP,
                ErrorCode.OWN_EDITS,
                ErrorCode.REAUTHENTICATION_REQUIRED,
            ],
            409: [*_BY_REVIEWER[409], ErrorCode.ALREADY_APPROVED],
            422: [ErrorCode.UNDECIDED_RULES, ErrorCode.NO_RULES],
        },
        links=_of_contract("contracts_activate_create"),
    ),
    "contracts_request_changes_create": Operation("Send it back to its uploader", refusals=_BY_REVIEWER),
    "contracts_reject_create": Operation("End its review for good", refusals=_BY_REVIEWER),
    "contracts_activate_create": Operation(
        "Put it in force",
        refusals={**_BY_REVIEWER, 422: [ErrorCode.OVERLAPPING_DATES]},
        links=_of_contract("contracts_undo_activation_create"),
    ),
    "contracts_undo_activation_create": Operation("Take its activation back", refusals=_BY_REVIEWER),
    "airlines_contracts_active_retrieve": Operation("The contract of a type in force at an airline"),
    "airlines_rule_pack_retrieve": Operation(
        "The rules in force as a signed rule pack",
        headers=_PRIVATE,
        refusals={403: [ErrorCode.REAUTHENTICATION_REQUIRED]},
    ),
}
_COMMUNITY = {
    "contracts_reviews_list": Operation("Pilots' ratings of the contract's record"),
    "contracts_reviews_create": Operation(
        "Rate it",
        refusals={**_RATED, 409: [ErrorCode.WRONG_STATE, ErrorCode.ALREADY_DONE]},
        headers=_LOCATION,
        links={
            name: Link(name, {"review_id": "$response.body#/id"})
            for name in ("reviews_retrieve", "reviews_partial_update")
        },
    ),
    "reviews_retrieve": Operation("One rating"),
    "reviews_partial_update": Operation("Change one's own rating", refusals=_RATED),
    "reviews_helpful_update": Operation("Find a rating helpful", refusals=_RATED),
    "reviews_helpful_destroy": Operation("Find a rating helpful no more", refusals=_RATED),
    "reviews_flags_create": Operation("Ask administrators to look at a rating", refusals=_DONE),
    "reviews_hide_create": Operation("Take a rating out of sight", refusals=_DONE),
    "reviews_restore_create": Operation("Show a hidden rating again", refusals=_DONE),
    "reviews_keep_create": Operation("Settle a rating's flags", refusals=_DONE),
    "contracts_improvements_list": Operation("What pilots propose to change in the contract's record"),
    "contracts_improvements_create": Operation(
        "Propose an improvement",
        refusals={409: [ErrorCode.WRONG_STATE], 422: [ErrorCode.INVALID, ErrorCode.UNKNOWN_FIELD]},
        headers=_LOCATION,
        links={
            name: Link(name, {"improvement_id": "$response.body#/id"})
            for name in ("improvements_retrieve", "improvements_withdraw_create")
        },
    ),
    "improvements_list": Operation("Improvements of every contract that the caller sees"),
    "improvements_retrieve": Operation("One improvement"),
    "improvements_withdraw_create": Operation("Take one's own improvement back", refusals=_DONE),
    "improvements_apply_create": Operation(
        "Make the proposed change in a revision",
        refusals={
            403: [ErrorCode.OWN_CONTRACT],
            409: [ErrorCode.ALREADY_DONE, ErrorCode.WRONG_STATE, ErrorCode.REVISION_OPEN, ErrorCode.STALE_VERSION],
            422: [ErrorCode.INVALID],
        },
    ),
    "improvements_decline_create": Operation("Decide against an improvement", refusals=_DONE),
}
_RULES = {
    "rules_list": Operation("Search the rules of contracts in force", headers=_PRIVATE),
    "text_list": Operation("Search the text of documents", headers=_PRIVATE),
    "rules_retrieve": Operation("One rule", headers=_PRIVATE),
    "rules_batch_create": Operation("Up to 200 rules by id"),
    "rules_accept_create": Operation("Take the proposal as it stands", refusals=_BY_REVIEWER),
    "rules_correct_create": Operation(
        "Change members of the proposal and take it so", refusals={**_BY_REVIEWER, 422: [ErrorCode.INVALID]}
    ),
    "rules_reject_create": Operation("Say that the proposal is no rule", refusals=_BY_REVIEWER),
    "pilots_rules_retrieve": Operation("The rules that bind a pilot today", headers=_PRIVATE),
    "pilots_validate": Operation(
        "Judge preferences, pairings and schedules", refusals={422: [ErrorCode.TOO_MANY_FINDINGS]}
    ),
    "pilots_me_assignment_update": Operation(
        "Choose the contract that binds the caller",
        refusals={404: [ErrorCode.NOT_FOUND], 409: [ErrorCode.WRONG_STATE], 422: [ErrorCode.INVALID]},
    ),
}
_CHANGES = {
    "changes_list": Operation("What changed in what lookups answer"),
    "webhooks_list": Operation("The client's webhooks"),
    "webhooks_create": Operation(
        "Register an address",
        refusals={422: [ErrorCode.INVALID]},
        headers=_LOCATION,
        links=_of_webhook(
            "webhooks_retrieve",
            "webhooks_partial_update",
            "webhooks_ping_create",
            "webhooks_secret_create",
            "webhooks_deliveries_list",
            "webhooks_destroy",
        ),
    ),
    "webhooks_retrieve": Operation("One webhook"),
    "webhooks_partial_update": Operation("Change its address or its kinds, stop it or start it"),
    "webhooks_destroy": Operation("Remove a webhook with its secrets and its log"),
    "webhooks_ping_create": Operation("Have the address pinged"),
    "webhooks_secret_create": Operation("Renew the secret"),
    "webhooks_replay_create": Operation("Have changes told again", refusals={409: [ErrorCode.WRONG_STATE]}),
    "webhooks_deliveries_list": Operation("What the webhook was told"),
    "webhooks_deliveries_attempts_list": Operation("The attempts of one delivery"),
    "webhooks_deliveries_replay_create": Operation(
        "Have one message sent again", refusals={409: [ErrorCode.WRONG_STATE]}
    ),
}
OPERATIONS: dict[str, Operation] = {**_CONTRACTS, **_COMMUNITY, **_RULES, **_CHANGES}
