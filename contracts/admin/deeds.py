"""What changes rules at the desk beyond deciding on one: places, rules added, split and merged, several at once, undo.

Ordinary POSTs, each to one service; a refusal shows the screen again with all that was typed.
"""

import math
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from config.admin import sentences_of
from config.errors import ProductError, RuleBroken
from contracts.admin.decisions import NOT_SAVED, Screen, faults_in, reason_of, status_of, version_of
from contracts.admin.desk import Typed, person, review_address, seen_contract, seen_rule
from contracts.admin.forms import HalfForm, MissedRuleForm
from contracts.admin.queue import QueueFilter, page_number
from contracts.models import ContractRule, PilotContract
from contracts.passages import DrawnBox, evidence_of_span, evidence_of_words, place_body
from contracts.services import rules
from contracts.services.places import page_among, pages_read, rule_place
from contracts.services.reshaping import Half, rule_split, rules_merge
from contracts.services.undo import action_undo

SIDES = 4
LONGEST_WORDS = 2_000


# About one rule


def rule_reshape(request: HttpRequest, contract_id: UUID, rule_id: UUID, deed: str, *, screen: Screen) -> HttpResponse:
    """Move the rule's boxes or split it, and stay at it."""
    rule = seen_rule(request, contract_id, rule_id)
    query = QueryDict(request.POST.get("queue", ""))
    address = review_address(
        rule.contract, QueueFilter.from_query(query), rule=rule.pk, view=request.POST.get("view", "")
    )
    if request.method != "POST":
        return HttpResponseRedirect(address)
    typed = Typed(rule_id=rule.pk)
    try:
        said = _place(request, rule) if deed == "place" else _split(request, rule, typed)
    except (ProductError, ValidationError) as error:
        typed.status, typed.faults = status_of(error), typed.faults or sentences_of(error)
        return screen(request, rule.contract, query, typed)
    messages.success(request, said)
    return HttpResponseRedirect(address)


def _place(request: HttpRequest, rule: ContractRule) -> str:
    removed = set(request.POST.getlist("remove"))
    spelled = request.POST.getlist("place")
    boxes = [_drawn(text) for index, text in enumerate(spelled) if str(index) not in removed]
    words = request.POST.get("words", "").strip()
    if words:
        boxes.append(_drawn_by_words(rule.contract, request.POST.get("words_page", ""), words[:LONGEST_WORDS]))
    version, reason = version_of(request), reason_of(request)
    rule_place(actor=person(request), rule_id=rule.pk, boxes=boxes, reason=reason, version=version)
    return "The place is saved; the quote was cut from the page anew."


def _drawn(text: str) -> DrawnBox:
    """A page and four edges, as the form spells them."""
    page, *edges = text.split() or [""]
    number = page_number(page)
    try:
        sides = [float(edge) for edge in edges]
    except ValueError:
        sides = []
    if number is None or len(sides) != SIDES or not all(math.isfinite(side) for side in sides):
        raise RuleBroken("A box has a page and four edges in points. Draw it again.")
    left, top, right, bottom = sides
    return DrawnBox(number, (left, top, right, bottom))


def _drawn_by_words(contract: PilotContract, page: str, words: str) -> DrawnBox:
    number = page_number(page) or 0
    found = evidence_of_words(page_among(pages_read(contract, {number}), number), words.replace("\0", ""))
    return DrawnBox(number, found.box)


def _split(request: HttpRequest, rule: ContractRule, typed: Typed) -> str:
    typed.halves = [HalfForm(request.POST, instance=_unsaved(rule), prefix=prefix) for prefix in ("first", "second")]
    # Each is asked, so that the faults of both are shown.
    if not all([form.is_valid() for form in typed.halves]):  # noqa: C419 - as said
        raise ValidationError(NOT_SAVED)
    first, second = (Half(form.cleaned_data["quote"], form.fields_typed()) for form in typed.halves)
    version, reason = version_of(request), reason_of(request)
    kept, made = rule_split(
        actor=person(request), rule_id=rule.pk, first=first, second=second, reason=reason, version=version
    )
    return f"Split in two: “{kept.title}” and “{made.title}”."


def _unsaved(rule: ContractRule) -> ContractRule:
    """What a half's form may write into."""
    return ContractRule(**{name: getattr(rule, name) for name in HalfForm.Meta.fields})


# About several


def contract_deed(request: HttpRequest, contract_id: UUID, deed: str, *, screen: Screen) -> HttpResponse:
    """Add a rule, merge, accept or reject marked ones, undo."""
    if deed not in DEEDS:
        raise Http404(deed)
    contract = seen_contract(request, contract_id)
    query = QueryDict(request.POST.get("queue", ""))
    if request.method != "POST":
        return HttpResponseRedirect(review_address(contract))
    typed = Typed()
    try:
        said, shown = DEEDS[deed](request, contract, typed)
    except (ProductError, ValidationError) as error:
        typed.status = status_of(error)
        typed.faults = typed.faults or faults_in(typed.added, error)
        where = urlencode({"rule": request.POST.get("rule", ""), "view": request.POST.get("page", "")})
        return screen(request, contract, QueryDict(f"{request.POST.get('queue', '')}&{where}"), typed)
    messages.success(request, said)
    queue = QueueFilter.from_query(query)
    return HttpResponseRedirect(review_address(contract, queue, rule=shown or request.POST.get("rule", "")))


# What is said of it, and the rule to show after it; "" for the one that was shown.
Deed = Callable[[HttpRequest, PilotContract, Typed], tuple[str, object]]


def _add(request: HttpRequest, contract: PilotContract, typed: Typed) -> tuple[str, object]:
    form = MissedRuleForm(request.POST, instance=ContractRule())
    typed.added = form
    if not form.is_valid():
        raise ValidationError(NOT_SAVED)
    number, start, end = (form.cleaned_data[name] for name in ("page", "start", "end"))
    evidence = evidence_of_span(page_among(pages_read(contract, {number}), number), start, end)
    fields = {**form.fields_typed(), **place_body(evidence)}
    reason = form.cleaned_data["reason"]
    added = rules.rule_add(actor=person(request), contract_id=contract.pk, fields=fields, reason=reason)
    return f"Added: {added.citation}, {added.title}.", added.pk


def _merge(request: HttpRequest, contract: PilotContract, typed: Typed) -> tuple[str, object]:
    survivor, others = _marked(request, "into"), _marked(request, "marked")
    if not survivor:
        raise RuleBroken("Open the rule that is to be kept, then merge the marked ones into it.")
    kept = rules_merge(
        actor=person(request),
        contract_id=contract.pk,
        survivor=survivor[0],
        others=others,
        reason=reason_of(request),
    )
    count = len([key for key, _ in others if key != kept.pk])
    return f"{count} merged into {kept.citation}: {kept.title}.", kept.pk


def _accept(request: HttpRequest, contract: PilotContract, typed: Typed) -> tuple[str, object]:
    seen = dict(_marked(request, "marked"))
    count = rules.rules_accept(actor=person(request), contract_id=contract.pk, rule_ids=list(seen), versions=seen)
    return _said_of_several("accepted", count, len(seen)), ""


def _reject(request: HttpRequest, contract: PilotContract, typed: Typed) -> tuple[str, object]:
    seen, reason = dict(_marked(request, "marked")), reason_of(request)
    count = rules.rules_reject(
        actor=person(request), contract_id=contract.pk, rule_ids=list(seen), reason=reason, versions=seen
    )
    return _said_of_several("rejected", count, len(seen)), ""


def _said_of_several(what: str, count: int, marked: int) -> str:
    if not marked:
        raise RuleBroken("Mark proposals first: tick them in the queue.")
    left = marked - count
    behind = f" {left} left as they are: decided already, or changed by somebody since you looked." if left else ""
    return f"{count} {what}.{behind}"


def _undo(request: HttpRequest, contract: PilotContract, typed: Typed) -> tuple[str, object]:
    asked = _key(request.POST.get("action", ""))
    action = action_undo(actor=person(request), contract_id=contract.pk, action_id=asked)
    return f"Undone: {action}.", action.changes[0]["rule"]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise RuleBroken("There is no such action.") from error


def _marked(request: HttpRequest, name: str) -> list[tuple[UUID, int]]:
    """Keys with the versions that were seen, as the queue's boxes spell them."""
    marked = []
    for text in request.POST.getlist(name):
        key, _, version = text.partition(":")
        if not (version.isascii() and version.isdigit() and len(version) < 10):  # noqa: PLR2004 - the database's integers end there
            raise RuleBroken("A mark names a rule and its version. Load the page again and mark anew.")
        try:
            marked.append((UUID(key), int(version)))
        except ValueError as error:
            raise RuleBroken("A mark names a rule and its version. Load the page again and mark anew.") from error
    return marked


DEEDS: dict[str, Deed] = {"add": _add, "merge": _merge, "accept": _accept, "reject": _reject, "undo": _undo}
