"""What must hold of every schedule, whatever the figures."""

import copy
import json
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulations.far117 import DocumentRefused, evaluate_document
from tests.regulations.far117.generated import Document, instant_text, make_document, moved
from tests.regulations.far117.naive.clock import DAY, instant, instant_of_local
from tests.regulations.far117.strategies import junk_documents, valid_documents

often = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
STEADY_STATIONS = ["HNL", "NRT", "ICN", "DEL", "KTM", "LHE", "PPT", "GRU"]  # no clock is ever changed there
INSTANT_NAMES = {"report", "release", "start", "end", "out", "in", "rap_start", "notified_at", "scheduled_end"}
REST_RULES = {"FAR117_REST_10H", "FAR117_SHORT_CALL_REST", "FAR117_RESERVE_SHIFT", "FAR117_REST_30_IN_168"}
MONOTONE_RULES = {"FAR117_REST_56H", "FAR117_REST_DEADHEAD"}
WINDOW_RULES = {"FAR117_FLIGHT_TIME_672H", "FAR117_FLIGHT_TIME_365D", "FAR117_FDP_168H", "FAR117_FDP_672H"}


def chances() -> st.SearchStrategy[Random]:
    return st.randoms(use_true_random=False)


def later(value: Any, days: int, *, keeping: str = "") -> Any:
    """The value with every instant, but not the member `keeping`, so many days later."""
    if isinstance(value, list):
        return [later(each, days, keeping=keeping) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: moved(member, days)
        if name in INSTANT_NAMES and name != keeping and member is not None
        else later(member, days, keeping=keeping)
        for name, member in value.items()
    }


def shuffled(value: Any, chance: Random) -> Any:
    """The value with the members of every object in another order."""
    if isinstance(value, list):
        return [shuffled(each, chance) for each in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    chance.shuffle(names)
    return {name: shuffled(value[name], chance) for name in names}


def rules_on(document: Document, item: int) -> set[str]:
    return {each["rule_id"] for each in evaluate_document(document)["findings"] if each["item"] == item}


@often
@given(valid_documents().filter(lambda document: len(document["items"]) > 1), st.integers(2, 20))
def test_more_rest_before_the_last_item_is_never_less_legal(document: Document, days: int) -> None:
    """Two whole days or more added before the last item, `notified_at` staying where it was.

    The last gap is then at least 48 h. The item absorbs nothing across it, so its rest of 10 h is there, and 30 h of it
    lie in the 168 h before: history days are all before the first item. The rests of 117.25(d) and (g) only grow, and
    what they are held against lies before the gap. Other rules may go either way: windows, nights and acclimation
    depend on when the item is.
    """
    last = len(document["items"]) - 1
    rested = copy.deepcopy(document)
    rested["items"][last] = later(rested["items"][last], days, keeping="notified_at")

    before, after = rules_on(document, last), rules_on(rested, last)

    assert not after & REST_RULES
    assert after & MONOTONE_RULES <= before & MONOTONE_RULES


@often
@given(chances(), st.integers(-60, 150))
def test_whole_weeks_earlier_or_later_change_only_the_dates(chance: Random, weeks: int) -> None:
    """Where no clock is ever changed, a roster and its history moved by whole weeks are judged alike, to the minute."""
    document = make_document(chance, STEADY_STATIONS)
    other = later(document, 7 * weeks)
    for day in other.get("history", []):
        day["date"] = (date.fromisoformat(day["date"]) + timedelta(weeks=weeks)).isoformat()

    answer, other_answer = evaluate_document(document), evaluate_document(other)

    def without_dates(judged: dict[str, Any], days: int) -> list[Any]:
        instants = ("fdp_start", "fdp_end", "latest_fdp_end", "latest_fdp_end_extended")
        rows = [
            row | {name: row[name] and instant(row[name]) - days * DAY for name in instants} for row in judged["items"]
        ]
        names = ("item", "rule_id", "status", "limit", "actual", "margin", "unit")
        return [judged["verdict"], rows, [[finding[name] for name in names] for finding in judged["findings"]]]

    assert without_dates(other_answer, 7 * weeks) == without_dates(answer, 0)


@often
@given(valid_documents())
def test_a_deadhead_after_the_last_segment_changes_no_figure_of_the_period(document: Document) -> None:
    """Section 2: a deadhead after the last operated segment is duty, not FDP; nothing follows that would need its rest."""
    flown = [number for number, item in enumerate(document["items"]) if any_operated(item)]
    if not flown:
        return
    document["items"] = document["items"][: flown[-1] + 1]
    carried = copy.deepcopy(document)
    item = carried["items"][-1]
    out = instant(item["release"])
    leg = {"from": item["segments"][-1]["to"], "to": "DEN", "out": instant_text(out), "in": instant_text(out + 700)}
    item["segments"].append(leg | {"deadhead": True})
    item["release"] = instant_text(out + 720)

    assert evaluate_document(carried)["items"] == evaluate_document(document)["items"]
    assert evaluate_document(carried)["findings"] == evaluate_document(document)["findings"]


def any_operated(item: Document) -> bool:
    return any(not leg.get("deadhead") for leg in item.get("segments") or [])


@often
@given(chances())
def test_earlier_flying_weighs_the_same_as_items_and_as_days(chance: Random) -> None:
    """Periods that begin and end on one local day, five days back at most: whole inside every window of the last period.

    So the hours of the day do not matter to a total, nor does it matter whether they are told by item or by day.
    """
    days = [date(2026, 7, 20) - timedelta(days=back) for back in sorted(chance.sample(range(1, 6), 4), reverse=True)]
    earlier = [flight(day, chance.randint(360, 420), chance.randint(60, 700), chance) for day in days]
    last = flight(date(2026, 7, 20), chance.randint(420, 720), chance.randint(60, 840), chance)
    by_item: Document = {"home_base": "JFK", "items": [*earlier, last]}
    by_day: Document = {
        "home_base": "JFK",
        "items": [last],
        "history": [
            {"date": day.isoformat(), "flight_minutes": flown(item), "fdp_minutes": fdp_minutes(item)}
            for day, item in zip(days, earlier, strict=True)
        ],
    }

    item_answer, day_answer = evaluate_document(by_item), evaluate_document(by_day)

    for name in ("peaks", "latest_fdp_end", "latest_fdp_end_extended", "binding_rule"):
        assert item_answer["items"][-1][name] == day_answer["items"][0][name]
    assert rules_on(by_item, len(earlier)) & WINDOW_RULES == rules_on(by_day, 0) & WINDOW_RULES


def flight(day: date, report_minute: int, length: int, chance: Random) -> Document:
    """One segment within one day in New York."""
    report = instant_of_local(day, 0, "America/New_York") + report_minute
    out = report + chance.randint(0, length - 1)
    leg = {"from": "JFK", "to": "BOS", "out": instant_text(out), "in": instant_text(report + length)}
    return {"kind": "fdp", "report": instant_text(report), "release": instant_text(report + length), "segments": [leg]}


def flown(item: Document) -> int:
    return instant(item["segments"][0]["in"]) - instant(item["segments"][0]["out"])


def fdp_minutes(item: Document) -> int:
    return instant(item["segments"][0]["in"]) - instant(item["report"])


@often
@given(valid_documents(), chances())
def test_the_order_of_members_does_not_matter(document: Document, chance: Random) -> None:
    first = json.dumps(evaluate_document(document))

    assert json.dumps(evaluate_document(shuffled(document, chance))) == first


@often
@given(valid_documents())
def test_a_document_is_not_changed_by_being_judged(document: Document) -> None:
    before = copy.deepcopy(document)

    evaluate_document(document)

    assert document == before


@often
@given(valid_documents())
def test_findings_carry_what_the_answer_promises(document: Document) -> None:
    """Section 8: the verdict follows from the findings; the margin is what is left; a violation has none left."""
    answer = evaluate_document(document)

    statuses = {finding["status"] for finding in answer["findings"]}
    expected = "illegal" if "violation" in statuses else "undetermined" if "unknown" in statuses else "legal"
    assert answer["verdict"] == expected
    assert answer["ruleset"] == "14 CFR 117, 2013-11-19"
    for finding in answer["findings"]:
        assert finding["pointer"] == f"/items/{finding['item']}"
        assert finding["citation"]
        assert finding["explanation"]
        if finding["limit"] is not None and finding["actual"] is not None:
            assert abs(finding["margin"]) == abs(finding["limit"] - finding["actual"])
            assert finding["margin"] < 0 or finding["status"] in {"unknown", "info"}


@settings(often, max_examples=400)
@given(junk_documents())
def test_junk_is_refused_at_its_place_or_judged(document: Any) -> None:
    """A pointer names a member that is there, or one that is missing from an object that is there."""
    answer, faults = judged_or_refused(document)

    if answer is None:
        assert faults
        for fault in faults:
            assert points_into(document, fault.pointer), fault.pointer
            assert fault.code
            assert fault.detail
    else:
        assert answer["verdict"] in {"legal", "illegal", "undetermined"}
        json.dumps(answer)


def judged_or_refused(document: Any) -> tuple[dict[str, Any] | None, list[Any]]:
    """The answer, or the faults; anything else that is raised is an error of the engine."""
    try:
        return evaluate_document(document), []
    except DocumentRefused as refused:
        return None, list(refused.faults)


def points_into(value: Any, pointer: str) -> bool:
    if pointer == "":
        return True
    assert pointer.startswith("/")
    *path, name = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    for token in path:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return isinstance(value, dict) or (isinstance(value, list) and int(name) < len(value))
