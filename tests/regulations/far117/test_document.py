"""Documents that are refused: every fault, where it stands, in words."""

from collections.abc import Callable
from typing import Any

import pytest

from regulations.far117 import DocumentRefused, evaluate_document
from regulations.far117.document import MOST_ITEMS
from tests.regulations.far117.spoiling import LONG_CALL_BEFORE, SPLIT, Document, both, drop, put, valid

REQUIRED = "required This field is required."
UNKNOWN = "unknown_field Unknown field."
STRING = "wrong_type A string is expected."
STATION = "unknown_station No station has this code: three letters (IATA) or four characters (ICAO), in capitals."
INSTANT = "invalid An instant is expected, such as 2026-02-02T07:00-05:00."
NO_INSTANT = "invalid There is no such date or time."
YEARS = "out_of_range Years from 1980 to 2199 can be judged."
NUMBER = "wrong_type A whole number is expected."
LIST = "wrong_type A list is expected."
OBJECT = "wrong_type An object is expected."
BOOLEAN = "wrong_type true or false is expected."
NAME = "wrong_type A string or a whole number is expected."
NEGATIVE = "out_of_range Minutes cannot be negative."
OPERATED = "required At least one segment is operated."
PERIOD = "outside_period The segment is not between `report` and `release`."
REST_PERIOD = "outside_period The rest is not between `report` and `release`."
SHORT_CALL = "conflict Short call excludes `airport_reserve` and `notified_at` (long call)."
FACILITY = "required With 3 or 4 pilots the class of the rest facility counts."
NO_FACILITY = "conflict A rest facility counts only with 3 or 4 pilots."
ITEM_ORDER = "out_of_order The item begins before one before it ended."
FDP, SEGMENT = "/items/0", "/items/0/segments/0"

FAULTS: list[tuple[Callable[[Document], None], dict[str, str]]] = [
    # The document.
    (put("/crew", 1), {"/crew": UNKNOWN}),
    (put("/a~b", 1), {"/a~0b": UNKNOWN}),
    (lambda document: document.update({"a/b": 1}), {"/a~1b": UNKNOWN}),
    (drop("/home_base"), {"/home_base": REQUIRED}),
    (drop("/items"), {"/items": REQUIRED}),
    (put("/home_base", None), {"/home_base": STRING}),
    (put("/home_base", 7), {"/home_base": STRING}),
    (put("/home_base", "QQQ"), {"/home_base": STATION}),
    (put("/home_base", "jfk"), {"/home_base": STATION}),
    (put("/home_base", ""), {"/home_base": STATION}),
    (put("/acclimated_at", "QQQ"), {"/acclimated_at": STATION}),
    (put("/position", "QQQ"), {"/position": STATION}),
    (put("/theater_clock", "utc"), {"/theater_clock": "invalid One of anchor, report_station is expected."}),
    (put("/theater_clock", 1), {"/theater_clock": STRING}),
    (put("/items", {}), {"/items": LIST}),
    (put("/items", "x"), {"/items": LIST}),
    (put("/items", []), {"/items": "out_of_range A schedule has 1 to 2,000 items."}),
    (put("/items", [{}] * (MOST_ITEMS + 1)), {"/items": "out_of_range A schedule has 1 to 2,000 items."}),
    (put("/items/1", 3), {"/items/1": OBJECT}),
    # History.
    (put("/history", {}), {"/history": LIST}),
    (put("/history/0", 3), {"/history/0": OBJECT}),
    (put("/history/0/hours", 3), {"/history/0/hours": UNKNOWN}),
    (drop("/history/0/date"), {"/history/0/date": REQUIRED}),
    (drop("/history/0/flight_minutes"), {"/history/0/flight_minutes": REQUIRED}),
    (drop("/history/0/fdp_minutes"), {"/history/0/fdp_minutes": REQUIRED}),
    (put("/history/0/flight_minutes", -1), {"/history/0/flight_minutes": NEGATIVE}),
    (put("/history/0/fdp_minutes", None), {"/history/0/fdp_minutes": NUMBER}),
    (put("/history/0/fdp_minutes", value=True), {"/history/0/fdp_minutes": NUMBER}),
    (put("/history/0/fdp_minutes", 60.0), {"/history/0/fdp_minutes": NUMBER}),
    (put("/history/0/date", 20260201), {"/history/0/date": STRING}),
    (put("/history/0/date", "20260201"), {"/history/0/date": "invalid A date is expected, such as 2026-02-01."}),
    (put("/history/0/date", "2026-02-01x"), {"/history/0/date": "invalid A date is expected, such as 2026-02-01."}),
    (put("/history/0/date", "2026-02-30"), {"/history/0/date": "invalid There is no such date."}),
    (put("/history/0/date", "1979-12-31"), {"/history/0/date": YEARS}),
    (
        put("/history/0/date", "2026-02-02"),
        {"/history/0/date": "out_of_order History ends before the day of the first item."},
    ),
    (
        put("/history", [{"date": "2026-02-01", "flight_minutes": 1, "fdp_minutes": 1}] * 2),
        {"/history/1/date": "twice This date was given before."},
    ),
    # Items of every kind.
    (drop("/items/0/kind"), {"/items/0/kind": REQUIRED}),
    (put("/items/0/kind", None), {"/items/0/kind": STRING}),
    (
        put("/items/0/kind", "rest"),
        {"/items/0/kind": "invalid One of fdp, short_call, long_call, deadhead, duty is expected."},
    ),
    (put("/items/0/id", value=True), {"/items/0/id": NAME}),
    (put("/items/1/id", 1.5), {"/items/1/id": NAME}),
    (put("/items/1/report", "x"), {"/items/1/report": UNKNOWN}),
    (put("/items/1/from", "JFK"), {"/items/1/from": UNKNOWN}),
    (put("/items/2/id", []), {"/items/2/id": NAME}),
    (put("/items/2/sleep_opportunity_minutes", 1), {"/items/2/sleep_opportunity_minutes": UNKNOWN}),
    (put("/items/3/id", {}), {"/items/3/id": NAME}),
    (put("/items/3/airline", "x"), {"/items/3/airline": UNKNOWN}),
    (put("/items/4/id", 2.5), {"/items/4/id": NAME}),
    (put("/items/4/from", "JFK"), {"/items/4/from": UNKNOWN}),
    (drop("/items/1/start"), {"/items/1/start": REQUIRED}),
    (drop("/items/2/end"), {"/items/2/end": REQUIRED}),
    (drop("/items/3/from"), {"/items/3/from": REQUIRED}),
    (drop("/items/3/to"), {"/items/3/to": REQUIRED}),
    (put("/items/1/sleep_opportunity_minutes", -5), {"/items/1/sleep_opportunity_minutes": NEGATIVE}),
    (put("/items/1/end", "2026-02-03T08:00-05:00"), {"/items/1/end": "not_after_start `end` is not after `start`."}),
    (put("/items/4/end", "2026-02-06T07:59-05:00"), {"/items/4/end": "not_after_start `end` is not after `start`."}),
    (put("/items/1/start", "2026-02-02T14:59-05:00"), {"/items/1": ITEM_ORDER}),
    (
        both(put("/items/0/crew", 1), put("/items/1/start", "2026-02-02T14:59-05:00")),
        {"/items/0/crew": UNKNOWN, "/items/1": ITEM_ORDER},
    ),
    (
        both(put("/items/0/crew", 1), put("/items/0/rap_start", "2026-02-01T23:00-05:00")),
        {"/items/0/crew": UNKNOWN, "/history/0/date": "out_of_order History ends before the day of the first item."},
    ),
    (
        both(put("/items/1/crew", 1), put("/items/2/start", "2026-02-03T17:59-05:00")),
        {"/items/1/crew": UNKNOWN, "/items/2": ITEM_ORDER},
    ),
    (put("/items/2/end", "2026-02-06T09:00-05:00"), {"/items/3": ITEM_ORDER, "/items/4": ITEM_ORDER}),
    # Instants.
    (put("/items/4/start", 1770000000), {"/items/4/start": STRING}),
    (put("/items/4/start", None), {"/items/4/start": STRING}),
    (put("/items/4/start", "tomorrow"), {"/items/4/start": INSTANT}),
    (put("/items/4/start", "2026-02-06 08:00-05:00"), {"/items/4/start": INSTANT}),
    (put("/items/4/start", "2026-02-06T08:00-05:00 "), {"/items/4/start": INSTANT}),
    (put("/items/4/start", "2026-02-06T08-05:00"), {"/items/4/start": INSTANT}),
    (put("/items/4/start", "2026-02-30T08:00-05:00"), {"/items/4/start": NO_INSTANT}),
    (put("/items/4/start", "2026-02-06T25:00-05:00"), {"/items/4/start": NO_INSTANT}),
    (put("/items/4/start", "2026-02-06T08:00-99:00"), {"/items/4/start": NO_INSTANT}),
    (put("/items/4/start", "0001-01-01T00:00+14:00"), {"/items/4/start": YEARS}),
    (put("/items/4/start", "1979-12-31T23:59Z"), {"/items/4/start": YEARS}),
    (put("/items/4/end", "2200-01-01T00:00Z"), {"/items/4/end": YEARS}),
    (
        put("/items/4/start", "2026-02-06T08:00"),
        {"/items/4/start": "naive_instant The instant lacks its offset from UTC, such as -05:00 or Z."},
    ),
    (put("/items/4/start", "2026-02-06T08:00:30Z"), {"/items/4/start": "sub_minute Instants are whole minutes."}),
    (put("/items/4/start", "2026-02-06T08:00:00.5Z"), {"/items/4/start": "sub_minute Instants are whole minutes."}),
    # An FDP.
    (put(FDP + "/crew", 2), {FDP + "/crew": UNKNOWN}),
    (drop(FDP + "/report"), {FDP + "/report": REQUIRED}),
    (drop(FDP + "/release"), {FDP + "/release": REQUIRED}),
    (
        put(FDP + "/release", "2026-02-02T07:00-05:00"),
        {FDP + "/release": "not_after_start `release` is not after `report`."},
    ),
    (put(FDP + "/airport_reserve", 1), {FDP + "/airport_reserve": BOOLEAN}),
    (put(FDP + "/pilots", 5), {FDP + "/pilots": "invalid One of 2, 3, 4 is expected."}),
    (put(FDP + "/pilots", "2"), {FDP + "/pilots": NUMBER}),
    (
        both(put(FDP + "/pilots", 5), put(FDP + "/rest_facility", 1)),
        {FDP + "/pilots": "invalid One of 2, 3, 4 is expected."},
    ),
    (put(FDP + "/pilots", 3), {FDP + "/rest_facility": FACILITY}),
    (put(FDP + "/rest_facility", 1), {FDP + "/rest_facility": NO_FACILITY}),
    (both(put(FDP + "/pilots", 2), put(FDP + "/rest_facility", 1)), {FDP + "/rest_facility": NO_FACILITY}),
    (
        both(put(FDP + "/pilots", 4), put(FDP + "/rest_facility", 4)),
        {FDP + "/rest_facility": "invalid One of 1, 2, 3 is expected."},
    ),
    (drop(FDP + "/segments"), {FDP + "/segments": OPERATED}),
    (put(FDP + "/segments", None), {FDP + "/segments": OPERATED}),
    (put(FDP + "/segments", []), {FDP + "/segments": OPERATED}),
    (put(FDP + "/segments", {}), {FDP + "/segments": LIST}),
    (
        both(put(SEGMENT + "/deadhead", value=True), put(FDP + "/segments/1/deadhead", value=True)),
        {FDP + "/segments": OPERATED},
    ),
    (put(SEGMENT, "JFK-BOS"), {SEGMENT: OBJECT}),
    (put(SEGMENT + "/gate", 1), {SEGMENT + "/gate": UNKNOWN}),
    (put(SEGMENT + "/deadhead", "yes"), {SEGMENT + "/deadhead": BOOLEAN}),
    (put(SEGMENT + "/number", 1.5), {SEGMENT + "/number": NAME}),
    (drop(SEGMENT + "/from"), {SEGMENT + "/from": REQUIRED}),
    (drop(SEGMENT + "/to"), {SEGMENT + "/to": REQUIRED}),
    (drop(SEGMENT + "/out"), {SEGMENT + "/out": REQUIRED}),
    (drop(SEGMENT + "/in"), {SEGMENT + "/in": REQUIRED}),
    (put(SEGMENT + "/in", "2026-02-02T08:00-05:00"), {SEGMENT + "/in": "not_after_start `in` is not after `out`."}),
    (put(SEGMENT + "/out", "2026-02-02T06:59-05:00"), {SEGMENT: PERIOD}),
    (put(FDP + "/segments/1/in", "2026-02-02T15:01-05:00"), {FDP + "/segments/1": PERIOD}),
    (
        put(FDP + "/segments/1/out", "2026-02-02T08:59-05:00"),
        {FDP + "/segments/1": "out_of_order The segment begins before the one before it ended."},
    ),
    (
        put(FDP + "/rap_start", "2026-02-02T07:01-05:00"),
        {FDP + "/rap_start": "out_of_order `rap_start` is after `report`."},
    ),
    (
        both(put(FDP + "/rap_start", "2026-02-02T06:00-05:00"), put(FDP + "/airport_reserve", value=True)),
        {FDP + "/rap_start": SHORT_CALL},
    ),
    (
        both(put(FDP + "/rap_start", "2026-02-02T06:00-05:00"), put(FDP + "/notified_at", "2026-02-02T06:00-05:00")),
        {FDP + "/rap_start": SHORT_CALL},
    ),
    (
        put(FDP + "/notified_at", "2026-02-02T07:01-05:00"),
        {FDP + "/notified_at": "out_of_order `notified_at` is after `report`."},
    ),
    (
        both(
            lambda document: document["items"].insert(0, LONG_CALL_BEFORE),
            put("/items/1/notified_at", "2026-02-02T02:01-05:00"),
        ),
        {"/items/1/notified_at": "conflict The long call right before ends at another time."},
    ),
    (
        put(FDP + "/scheduled_end", "2026-02-02T07:00-05:00"),
        {FDP + "/scheduled_end": "not_after_start `scheduled_end` is not after `report`."},
    ),
    (
        put(FDP + "/extension", "maybe"),
        {FDP + "/extension": "invalid One of before_takeoff, after_takeoff is expected."},
    ),
    (put(FDP + "/flight_time_exceedance", 0), {FDP + "/flight_time_exceedance": BOOLEAN}),
    (put(FDP + "/sleep_opportunity_minutes", "8 h"), {FDP + "/sleep_opportunity_minutes": NUMBER}),
    (put(FDP + "/in_flight_rest", 120), {FDP + "/in_flight_rest": OBJECT}),
    (put(FDP + "/in_flight_rest", {"pilot": 1}), {FDP + "/in_flight_rest/pilot": UNKNOWN}),
    (
        put(FDP + "/in_flight_rest", {"landing_pilot_minutes": -1, "monitoring_pilot_minutes": "x"}),
        {
            FDP + "/in_flight_rest/landing_pilot_minutes": NEGATIVE,
            FDP + "/in_flight_rest/monitoring_pilot_minutes": NUMBER,
        },
    ),
    # A rest inside an FDP.
    (put(FDP + "/split_rest", []), {FDP + "/split_rest": OBJECT}),
    (put(FDP + "/split_rest", {**SPLIT, "hotel": "x"}), {FDP + "/split_rest/hotel": UNKNOWN}),
    (
        put(FDP + "/split_rest", {}),
        {FDP + f"/split_rest/{name}": REQUIRED for name in ("start", "end", "suitable_accommodation")},
    ),
    (
        put(FDP + "/split_rest", {**SPLIT, "suitable_accommodation": "yes", "scheduled_minutes": -1}),
        {FDP + "/split_rest/suitable_accommodation": BOOLEAN, FDP + "/split_rest/scheduled_minutes": NEGATIVE},
    ),
    (
        put(FDP + "/split_rest", {**SPLIT, "end": SPLIT["start"]}),
        {FDP + "/split_rest/end": "not_after_start `end` is not after `start`."},
    ),
    (put(FDP + "/split_rest", {**SPLIT, "start": "2026-02-02T06:59-05:00"}), {FDP + "/split_rest": REST_PERIOD}),
    (put(FDP + "/split_rest", {**SPLIT, "end": "2026-02-02T15:01-05:00"}), {FDP + "/split_rest": REST_PERIOD}),
    (
        put(FDP + "/split_rest", {**SPLIT, "start": "2026-02-02T10:59-05:00"}),
        {FDP + "/split_rest": "conflict The rest lies over a segment."},
    ),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS, ids=[" ".join(expected) for _, expected in FAULTS])
def test_every_fault_is_named_where_it_stands(spoil: Callable[[Document], None], expected: dict[str, str]) -> None:
    document = valid()
    spoil(document)

    with pytest.raises(DocumentRefused) as refusal:
        evaluate_document(document)

    assert {fault.pointer: f"{fault.code} {fault.detail}" for fault in refusal.value.faults} == expected


@pytest.mark.parametrize("document", [None, 1, "x", [], True])
def test_what_is_no_object_is_refused_as_a_whole(document: Any) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        evaluate_document(document)

    assert [(fault.pointer, fault.detail) for fault in refusal.value.faults] == [("", "An object is expected.")]
    assert str(refusal.value) == "the document: An object is expected."


def test_a_refusal_reads_as_a_sentence_a_fault() -> None:
    document = valid()
    del document["home_base"], document["items"][0]["report"]

    with pytest.raises(DocumentRefused) as refusal:
        evaluate_document(document)

    assert str(refusal.value) == "/home_base: This field is required.; /items/0/report: This field is required."
