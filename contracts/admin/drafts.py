"""Forms that are filled in beforehand: a rule that was missed, from its passage; the halves of a proposal to be split."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from config.errors import RuleBroken
from contracts.admin.forms import HalfForm, MissedRuleForm
from contracts.admin.queue import Entry, entry_before
from contracts.documents.pages import Page
from contracts.extraction import Evidence, Proposal, extract_proposals
from contracts.models import ContractPage, ContractRule, RuleDecision
from contracts.passages import evidence_of_span, evidence_of_words, page_of

TITLE_WORDS = 12
OFFSET_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule to be added. Without evidence the passage is still to be chosen; `fault` says why it could not be."""

    page: int
    evidence: Evidence | None = None
    form: MissedRuleForm | None = None
    is_read: bool = False
    first_words: str = ""
    last_words: str = ""
    fault: str = ""


def draft_from(query: QueryDict, page: ContractPage | None, entries: Sequence[Entry]) -> Draft | None:
    """What `query` asks for, by offsets on the shown page or by words; None where it asks for no draft."""
    if query.get("add") != "yes" or page is None:
        return None
    first, last = query.get("from", "").replace("\0", ""), query.get("to", "").replace("\0", "")
    draft = Draft(page.number, first_words=first, last_words=last)
    start, end = _offset(query.get("start", "")), _offset(query.get("end", ""))
    if not first.strip() and (start is None or end is None):
        return draft
    laid_out = page_of(page)
    try:
        by_offsets = start is not None and end is not None
        evidence = (
            evidence_of_span(laid_out, start or 0, end or 0) if by_offsets else evidence_of_words(laid_out, first, last)
        )
    except RuleBroken as fault:
        return replace(draft, fault=fault.detail)
    found = read_passage(laid_out, evidence)
    rule = _drafted(entries, evidence, found[0] if found else None)
    return replace(draft, evidence=evidence, form=_form(rule, laid_out, evidence), is_read=bool(found))


def _offset(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= OFFSET_DIGITS else None


def read_passage(page: Page, evidence: Evidence) -> list[Proposal]:
    """What the extractor finds in just that passage."""
    start, end = evidence.char_start - page.char_start, evidence.char_end - page.char_start
    words = tuple(
        replace(word, char_start=word.char_start - start, char_end=word.char_end - start)
        for word in page.words
        if start <= word.char_start and word.char_end <= end
    )
    passage = replace(page, text=page.text[start:end], words=words, char_start=evidence.char_start)
    return list(extract_proposals([passage]).proposals)


def _drafted(entries: Sequence[Entry], evidence: Evidence, found: Proposal | None) -> ContractRule:
    """A rule that is stored nowhere, as the extractor would propose it; without a proposal only its wording and citation."""
    beside = entry_before(entries, evidence.char_start)
    words = " ".join(evidence.quote.split())
    rule = ContractRule(
        category=beside.category if beside else "general",
        citation=beside.citation if beside else f"Page {evidence.page}",
        title=" ".join(words.split()[:TITLE_WORDS])[:300],
        rule_text=words,
        decision=RuleDecision.PROPOSED,
    )
    if found is not None:
        apply(rule, found)
    return rule


def apply(rule: ContractRule, found: Proposal) -> None:
    """Write what the extractor found into the rule's fields, unsaved."""
    rule.category, rule.title, rule.is_hard_constraint = found.category.value, found.title, found.is_hard_constraint
    if found.predicate is not None:
        predicate = found.predicate
        rule.metric, rule.operator, rule.value = predicate.metric, predicate.operator.value, predicate.value
        rule.unit, rule.period = predicate.unit, predicate.period


def _form(rule: ContractRule, page: Page, evidence: Evidence) -> MissedRuleForm:
    form = MissedRuleForm(instance=rule)
    form.initial["page"] = page.number
    form.initial["start"] = evidence.char_start - page.char_start
    form.initial["end"] = evidence.char_end - page.char_start
    return form


def split_forms(rule: ContractRule, page: ContractPage | None) -> list[HalfForm]:
    """Both halves of the rule. Where the extractor finds two limits in its words, each half is one of them."""
    forms = []
    found = _limits_in(rule, page)
    for index, prefix in enumerate(("first", "second")):
        half = _copy(rule)
        proposal = found[index] if len(found) > 1 else None
        if proposal is not None:
            apply(half, proposal)
        form = HalfForm(instance=half, prefix=prefix)
        form.initial["quote"] = proposal.evidence.quote if proposal else rule.quote
        forms.append(form)
    return forms


def _copy(rule: ContractRule) -> ContractRule:
    values: dict[str, Any] = {
        name: getattr(rule, name) for name in (*HalfForm.Meta.fields, "category", "is_hard_constraint")
    }
    return ContractRule(**values)


def _limits_in(rule: ContractRule, page: ContractPage | None) -> list[Proposal]:
    """The limits in the whole sentence of the rule, of which its quote is often but a part."""
    if page is None:
        return []
    laid_out = page_of(page)
    start = (rule.char_start or 0) - laid_out.char_start
    # A wording that goes on over the page's end, or was typed, is not found: then the quote alone is read.
    with suppress(RuleBroken):
        return read_passage(laid_out, evidence_of_words(laid_out, rule.rule_text))
    with suppress(RuleBroken):
        return read_passage(laid_out, evidence_of_span(laid_out, start, start + len(rule.quote)))
    return []
