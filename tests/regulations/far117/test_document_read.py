"""Documents that are accepted, what is read of them, and faults that stand together."""

from collections.abc import Callable

import pytest

from regulations.far117 import DocumentRefused, evaluate_document
from regulations.far117.document import MOST_ITEMS, read_schedule
from regulations.far117.faults import FaultCode
from regulations.far117.members import MemberFault
from regulations.far117.schedule import FlightDutyPeriod
from tests.regulations.far117.spoiling import LONG_CALL_BEFORE, SPLIT, Document, both, drop, put, valid


def test_the_document_that_the_faults_are_put_into_is_sound() -> None:
    assert len(evaluate_document(valid())["items"]) == 5


def test_the_most_items_are_judged() -> None:
    items = [
        {"kind": "duty", "start": f"2026-02-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}Z"}
        for minute in range(MOST_ITEMS)
    ]
    for item, following in zip(items, [*items[1:], {"start": "2026-02-02T09:20Z"}], strict=True):
        item["end"] = following["start"]

    assert len(evaluate_document({"home_base": "JFK", "items": items})["items"]) == MOST_ITEMS


ACCEPTED: list[Callable[[Document], None]] = [
    put("/acclimated_at", None),
    put("/position", None),
    put("/theater_clock", None),
    put("/history", None),
    put("/history", []),
    put("/items/0/id", 7),
    put("/items/0/id", None),
    put("/items/0/pilots", None),
    put("/items/0/rest_facility", None),
    put("/items/0/split_rest", None),
    put("/items/0/split_rest", SPLIT),
    put("/items/0/split_rest", {**SPLIT, "start": "2026-02-02T11:00-05:00", "end": "2026-02-02T15:00-05:00"}),
    put("/items/0/extension", None),
    put("/items/0/rap_start", "2026-02-02T07:00-05:00"),
    put("/items/0/notified_at", "2026-02-02T07:00-05:00"),
    put("/items/0/airport_reserve", value=False),
    put("/items/0/segments/0/number", "BX 12"),
    put("/items/0/segments/0/number", 12),
    put("/items/0/segments/0/deadhead", None),
    put("/items/0/segments/0/out", "2026-02-02T07:00-05:00"),
    put("/items/0/segments/1/out", "2026-02-02T09:00-05:00"),
    put("/items/0/segments/1/in", "2026-02-02T15:00-05:00"),
    put("/items/1/start", "2026-02-02T15:00-05:00"),
    put("/items/1/sleep_opportunity_minutes", 0),
    put("/items/4/start", "2026-02-06T08:00:00-05:00"),
    put("/items/4/start", "2026-02-06T08:00:00.000-0500"),
    put("/items/4/start", "2026-02-06T08:00-05"),
    put("/items/4/start", "2026-02-06T13:00Z"),
    put("/items/4/end", "2199-12-31T23:59Z"),
    both(put("/items/0/airport_reserve", value=True), drop("/items/0/segments")),
    both(put("/items/0/airport_reserve", value=True), put("/items/0/segments", [])),
    both(
        lambda document: document["items"].insert(0, LONG_CALL_BEFORE),
        put("/items/1/notified_at", "2026-02-02T02:00-05:00"),
    ),
]


@pytest.mark.parametrize("change", ACCEPTED)
def test_what_is_sound_is_judged(change: Callable[[Document], None]) -> None:
    document = valid()
    change(document)

    assert evaluate_document(document)["verdict"] in {"legal", "illegal", "undetermined"}


def test_every_spelling_of_an_instant_is_the_same_instant() -> None:
    spellings = [
        "2026-02-06T08:00-05:00",
        "2026-02-06T08:00:00.000-0500",
        "2026-02-06T08-05".replace("08-", "08:00-"),
        "2026-02-06T13:00Z",
    ]
    documents = [valid() for _ in spellings]
    for document, spelling in zip(documents, spellings, strict=True):
        document["items"][4]["start"] = spelling

    assert len({str(evaluate_document(document)) for document in documents}) == 1


def test_members_are_read_into_their_places() -> None:
    document = valid()
    document["items"][0] |= {
        "pilots": 3,
        "rest_facility": 2,
        "rap_start": "2026-02-02T06:00-05:00",
        "scheduled_end": "2026-02-02T11:30-05:00",
        "in_flight_rest": {"landing_pilot_minutes": 121, "monitoring_pilot_minutes": 91},
        "extension": "after_takeoff",
        "flight_time_exceedance": True,
        "sleep_opportunity_minutes": 500,
    }

    schedule = read_schedule(document)
    duty = schedule.items[0]

    assert isinstance(duty, FlightDutyPeriod)
    assert (schedule.home_base.code, schedule.acclimated_at.code, schedule.position.code) == ("JFK", "BOS", "KJFK")
    assert (duty.start, duty.report, duty.end) == (29500500, 29500560, 29501040)
    assert (duty.rap_start, duty.scheduled_end, duty.notified_at) == (29500500, 29500830, None)
    assert (duty.pilots, duty.rest_facility, duty.extension) == (3, 2, "after_takeoff")
    assert (duty.landing_pilot_minutes, duty.monitoring_pilot_minutes, duty.sleep_opportunity_minutes) == (121, 91, 500)
    assert [(segment.origin.code, segment.destination.code) for segment in duty.segments] == [
        ("JFK", "BOS"),
        ("BOS", "JFK"),
    ]
    assert [(day.day, day.flight_minutes, day.fdp_minutes, day.end - day.start) for day in schedule.history] == [
        (739648, 60, 120, 1440)
    ]


LEGS = "/items/0/segments"


def test_a_faulty_leg_hides_no_fault_of_a_later_one() -> None:
    document = valid()
    first, second = document["items"][0]["segments"]
    document["items"][0]["segments"] = [
        first,
        first | {"from": "QQQ", "out": "2026-02-02T09:10-05:00", "in": "2026-02-02T09:20-05:00"},
        second | {"out": "2026-02-02T08:30-05:00"},
    ]

    assert refused(document) == {f"{LEGS}/1/from": "unknown_station", f"{LEGS}/2": "out_of_order"}


def test_legs_are_held_against_the_latest_end_so_far() -> None:
    document = valid()
    first, second = document["items"][0]["segments"]
    document["items"][0]["segments"] = [
        first,
        first | {"out": "2026-02-02T08:10-05:00", "in": "2026-02-02T08:20-05:00"},
        second | {"out": "2026-02-02T08:50-05:00"},
    ]

    assert refused(document) == {f"{LEGS}/1": "out_of_order", f"{LEGS}/2": "out_of_order"}


def refused(document: Document) -> dict[str, str]:
    with pytest.raises(DocumentRefused) as refusal:
        evaluate_document(document)
    return {fault.pointer: fault.code.value for fault in refusal.value.faults}


def test_a_fault_of_a_member_says_what_it_is() -> None:
    assert str(MemberFault(FaultCode.INVALID, "No.")) == "No."


def test_an_item_that_cannot_be_read_hides_no_disorder_behind_it() -> None:
    document = valid()
    document["items"][1]["start"] = "soon"
    document["items"][3]["start"] = document["items"][2]["start"]

    assert refused(document) == {"/items/1/start": "invalid", "/items/3": "out_of_order"}


def test_a_day_of_history_that_cannot_be_read_hides_no_fault_of_a_later_one() -> None:
    document = valid()
    document["history"] = [3, {"flight_minutes": 0, "fdp_minutes": 0}, {"date": "2026-02-01"}]

    assert refused(document) == {
        "/history/0": "wrong_type",
        "/history/1/date": "required",
        "/history/2/flight_minutes": "required",
        "/history/2/fdp_minutes": "required",
    }
