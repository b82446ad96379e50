"""Contracts: reading, uploading, the steps of their lifecycle."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.comparing import LAW
from tests.api.matrix.lines import (
    HOME_READERS,
    PROGRAMS,
    REVIEWERS,
    SEES,
    UNSCOPED,
    Line,
    answers,
    of_people,
    of_readers,
)
from tests.api.world import PEOPLE, World

REASON = {"reason": "Because."}


def _upload(code: str) -> Any:
    def form(_: World) -> dict[str, Any]:
        return {
            "document": SimpleUploadedFile("agreement.txt", b"Section 1. Another agreement.", "text/plain"),
            "airline": code,
            "contract_type": "cba",
            "contract_version": "2027.1",
            "title": "Another agreement",
            "effective_date": "2027-01-01",
        }

    return form


def _step(name: str, thing: str, may: set[str], **more: Any) -> Line:
    told = of_people(SEES[thing] & set(PEOPLE), {200: may})
    return Line(f"contract-{name}", "post", told, {"contract_id": thing}, guards_own=True, **{"body": {}, **more})


READ = [
    Line(name, "get", of_readers(SEES[thing]), {"contract_id": thing})
    for name in ("contract", "contract-rules", "contract-history", "contract-usage")
    for thing in SEES
]
DIFFERENCES = [
    Line("contract-diff", "get", of_readers(SEES[thing]), {"contract_id": thing}, query={"against": LAW})
    for thing in SEES
]
# Reviews are known to those who take part; only the active one's original lies in the store.
WITHIN = {"in review": SEES["in review"], "active": SEES["active"] - {"colleague"} - HOME_READERS}
READING = [
    Line("contract-extraction", "get", of_readers(sees), {"contract_id": thing}, knows=SEES[thing])
    for thing, sees in WITHIN.items()
]
ACTIVE_SINCE = [
    Line("active-contract", "get", of_readers(SEES["active"]), {"code": "HOM"}),
    Line("active-contract", "get", of_readers(SEES["active elsewhere"]), {"code": "AWY"}),
    Line("active-contract", "get", of_readers(set()), {"code": "NIL"}),
    Line("active-contract", "get", of_readers(set()), {"code": "HOM"}, query={"type": "loa"}, knows=HOME_READERS),
]

LINES = [
    *READ,
    *DIFFERENCES,
    *READING,
    *ACTIVE_SINCE,
    Line("contract-document", "get", of_readers(SEES["active"]), {"contract_id": "active"}),
    Line("contract-list", "get", answers(200, {403: UNSCOPED})),
    Line(
        "contract-list",
        "post",
        answers(403, {201: {"uploader", "colleague", "approver", "recusing approver", "administrator"}}),
        body=_upload("HOM"),
        format="multipart",
    ),
    # That there is such an airline is no secret from people.
    Line(
        "contract-list",
        "post",
        answers(403, {201: {"pilot elsewhere", "approver elsewhere", "administrator"}}),
        body=_upload("AWY"),
        format="multipart",
    ),
    Line(
        "contract-list",
        "post",
        answers(404, {403: PROGRAMS}),
        body=_upload("ZZZ"),
        format="multipart",
    ),
    # It was read, so there is nothing to try again.
    Line(
        "contract-extraction",
        "post",
        of_people(SEES["draft"], {409: {"uploader"}}),
        {"contract_id": "draft"},
    ),
]
STEPS = [
    _step("submit", "draft", {"uploader"}),
    _step("withdraw", "in review", {"uploader"}),
    _step("approve", "ready", {"approver"}),
    _step("reject", "ready", {"approver"}, body=REASON),
    _step("request-changes", "ready", {"approver"}, body=REASON),
    _step("activate", "approved", {"approver"}),
    _step("undo-activation", "active", set(REVIEWERS), body=REASON),
    Line(
        "contract-approve",
        "post",
        of_people(SEES["in review"], {422: REVIEWERS}),
        {"contract_id": "in review"},
        body={},
        guards_own=True,
    ),
]
