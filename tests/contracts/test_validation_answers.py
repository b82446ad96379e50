"""The answer: one verdict of contract, law and preferences; hints, scores, ranking."""

import json
import random
from typing import Any

import orjson
import pytest

from contracts.validation.answers import answer_to
from contracts.validation.findings import TooMuchFound
from contracts.validation.pairings import quick_trip, read_trip
from regulations.far117 import DocumentRefused
from regulations.far117.members import Faults, Members
from tests.contracts.trip_numbers import random_trip
from tests.contracts.validated import (
    Json,
    answer,
    at,
    binding,
    broken,
    day_trip,
    duty,
    leg,
    open_rules,
    pairing,
    rule_body,
)

LONG = pairing(duty(2, "06:00", "20:30", leg(2, "07:00", "10:00"), leg(2, "14:00", "17:00", "PDX", "SEA")))


def faults(document: object, *bodies: Json) -> list[tuple[str, str]]:
    with pytest.raises(DocumentRefused) as refused:
        answer_to(document, binding(*bodies))
    return [(fault.pointer, fault.code.value) for fault in refused.value.faults]


def test_what_is_kept_and_known_is_valid() -> None:
    answered = answer({"pairings": [day_trip(2), day_trip(3)]}, rule_body("duty_period"))

    assert (answered["verdict"], answered["violations"], answered["unknown"]) == ("valid", [], [])
    assert answered["pack"] == {"contract_version": "2026", "etag": '"tag"', "rules": 1, "untested": 0}


def test_a_violation_says_where_what_and_which_figure_would_pass() -> None:
    answered = answer({"pairings": [day_trip(1), LONG]}, rule_body("duty_period", rule_id="10-b"))

    assert answered["verdict"] == "invalid"
    assert answered["violations"] == [
        {
            "rule_id": "10-b",
            "source": "contract",
            "severity": "hard",
            "pointer": "/pairings/1/duty_periods/0",
            "message": "Duty period is 14 h 30 min; at most 14 h is allowed.",
            "citation": "Section 1",
            "limit": 14,
            "actual": 14.5,
            "unit": "hours",
            "fix_hint": "Shorten it by 30 min, to 14 h.",
        }
    ]


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        (("duty_period", "<", 14), "Shorten it by 31 min, to 13 h 59 min."),
        (("report_before_departure", ">=", 90, "minutes"), "Lengthen it by 30 min, to 1 h 30 min."),
        (("segments_per_duty_period", "<=", 1, "segments"), "Lower it by 1 segment, to 1 segment."),
        (("pairing_length", "==", 3, "days"), "Raise it by 2 days, to 3 days."),
    ],
)
def test_hints_name_the_figure_that_would_pass(rule: tuple[Any, ...], hint: str) -> None:
    answered = answer({"pairings": [LONG]}, rule_body(*rule))

    assert [one["fix_hint"] for one in answered["violations"]] == [hint]


def test_soft_rules_cost_their_weight_and_leave_the_verdict() -> None:
    answered = answer(
        {"pairings": [LONG]},
        rule_body("duty_period", is_hard=False, weight=0.3, rule_id="short"),
        rule_body("pairing_length", "<=", 2, "days", is_hard=False, weight=0.8, rule_id="brief"),
    )

    assert answered["verdict"] == "valid"
    assert [(one["rule_id"], one["severity"], one["weight"]) for one in answered["penalties"]] == [
        ("short", "soft", 0.3)
    ]
    assert answered["score"] == {"total": 0.8, "components": {"short": 0, "brief": 0.8}}


@pytest.mark.parametrize(("is_hard", "verdict"), [(True, "undetermined"), (False, "valid")])
def test_what_no_schedule_tells_is_unknown_and_never_a_pass(is_hard: bool, verdict: str) -> None:  # noqa: FBT001 - a column of the table
    pay = rule_body("hourly_pay_rate", ">=", 98, "USD", is_hard=is_hard, rule_id="pay")

    answered = answer({"pairings": [day_trip(2)]}, rule_body("duty_period"), pay)

    assert answered["verdict"] == verdict
    assert open_rules(answered) == {"pay"}
    assert answered["pack"]["untested"] == 1


def test_a_violation_outweighs_what_is_unknown() -> None:
    answered = answer({"pairings": [LONG]}, rule_body("duty_period"), rule_body(None))

    assert answered["verdict"] == "invalid"


def test_missing_times_leave_contract_and_law_undetermined() -> None:
    trip = day_trip(2)
    trip["duty_periods"][0]["release"] = None

    answered = answer({"pairings": [trip]}, rule_body("duty_period"))

    assert answered["verdict"] == "undetermined"
    assert {(one["rule_id"], one["pointer"]) for one in answered["unknown"]} == {
        ("1-duty_period", "/pairings/0/duty_periods/0"),
        ("FAR117", "/pairings/0/duty_periods/0"),
    }


def test_a_broken_limit_whose_condition_is_not_known_is_unknown() -> None:
    rules = [
        rule_body("duty_period", "<=", hours, exception="except in an emergency", rule_id=str(hours))
        for hours in (14, 15)
    ]

    answered = answer({"pairings": [LONG]}, *rules)

    assert (answered["verdict"], open_rules(answered)) == ("undetermined", {"14"})
    assert "except in an emergency" in answered["unknown"][0]["reason"]


def test_rules_for_others_are_not_judged() -> None:
    answered = answer({"pairings": [LONG]}, rule_body("duty_period", applies_to={"seat": ["first_officer"]}))

    assert (answered["verdict"], open_rules(answered)) == ("valid", set())


def test_preferences_say_which_seat_is_flown() -> None:
    rule = rule_body("duty_period", applies_to={"seat": ["first_officer"]})

    answered = answer({"pairings": [LONG], "preferences": {"seat": "FO"}}, rule)

    assert answered["verdict"] == "invalid"


# 9 hours of flying and 12 h 30 min of FDP from 06:00; then too short a rest.
TIRING = pairing(
    duty(2, "06:00", "19:30", leg(2, "07:00", "12:00", "SEA", "ATL"), leg(2, "13:30", "18:30", "ATL", "SEA")),
    duty(3, "03:30", "08:00", leg(3, "04:30", "05:30"), leg(3, "06:30", "07:30", "PDX", "SEA")),
)


def test_the_law_is_the_engines_with_places_and_figures() -> None:
    answered = answer({"pairings": [TIRING]})

    found = {one["rule_id"]: one for one in answered["violations"]}
    assert set(found) == {"FAR117_FLIGHT_TIME_UNAUGMENTED", "FAR117_REST_10H"}
    assert found["FAR117_REST_10H"] | {"message": ""} == {
        "rule_id": "FAR117_REST_10H",
        "source": "far117",
        "severity": "hard",
        "pointer": "/pairings/0/duty_periods/1",
        "message": "",
        "citation": "14 CFR 117.25(e)",
        "limit": 600,
        "actual": 480,
        "unit": "minutes",
        "fix_hint": "Lengthen it by 2 h, to 10 h.",
    }
    assert found["FAR117_FLIGHT_TIME_UNAUGMENTED"]["fix_hint"] == "Shorten it by 1 h, to 9 h."


def test_a_schedule_gets_the_same_from_the_law_as_its_pairings() -> None:
    items = [{"kind": "fdp", **one} for one in TIRING["duty_periods"]]

    by_schedule = answer({"schedule": {"home_base": "SEA", "items": items}})
    by_pairings = answer({"pairings": [TIRING]})

    assert [one["rule_id"] for one in by_schedule["violations"]] == [
        one["rule_id"] for one in by_pairings["violations"]
    ]
    assert {one["pointer"] for one in by_schedule["violations"]} == {"/schedule/items/0", "/schedule/items/1"}


def test_a_line_of_pairings_is_one_schedule_to_the_law() -> None:
    late, early = day_trip(2, "08:00", "23:00"), pairing(duty(3, "06:00", "13:00", leg(3, "07:00", "08:00")))

    assert broken(answer({"pairings": [late, early]})) == [("FAR117_REST_10H", "/pairings/1/duty_periods/0")]
    assert broken(answer({"pairings": [early, late]})) == []


def test_deadheads_and_other_duties_are_put_to_the_law_as_such() -> None:
    trip = pairing(
        duty(2, "08:00", "12:00", leg(2, "09:00", "11:00", "SEA", "DEN", deadhead=True)),
        duty(2, "13:00", "15:00"),
        duty(3, "08:00", "12:00", leg(3, "09:00", "11:00", "DEN", "SEA")),
    )

    answered = answer({"pairings": [trip]})

    assert (answered["verdict"], broken(answered)) == ("valid", [])
    assert "Two pilots are the minimum crew of the aircraft." in answered["assumptions"]


def wanting(**hard: Any) -> Json:
    return {"preferences": {"hard_constraints": hard}}


def test_days_off_that_are_wanted_are_kept_free() -> None:
    answered = answer({**wanting(days_off=["2026-02-03", "2026-02-09"]), "pairings": [day_trip(2), day_trip(3)]})

    assert broken(answered) == [("PREFERENCE_DAYS_OFF", "/pairings/1")]
    assert "2026-02-03" in answered["violations"][0]["message"]


def test_red_eyes_are_in_the_air_at_three() -> None:
    def flight(out: str, in_: str) -> Json:
        return pairing(duty(2, "20:00", "32:00", leg(2, out, in_, "SEA", "JFK")))

    red = answer({**wanting(no_red_eyes=True), "pairings": [flight("21:30", "26:30")]})
    evening = answer({**wanting(no_red_eyes=True), "pairings": [flight("20:30", "23:30")]})

    assert ("PREFERENCE_NO_RED_EYES", "/pairings/0/duty_periods/0/segments/0") in broken(red)
    assert "PREFERENCE_NO_RED_EYES" not in {rule_id for rule_id, _ in broken(evening)}


def test_the_longest_duty_that_is_wanted_limits_each_duty_period() -> None:
    answered = answer({**wanting(max_duty_hours_per_day=12), "pairings": [LONG]})

    assert broken(answered) == [("PREFERENCE_MAX_DUTY_HOURS_PER_DAY", "/pairings/0/duty_periods/0")]
    assert answered["violations"][0]["fix_hint"] == "Shorten it by 2 h 30 min, to 12 h."


def test_preferences_alone_may_ask_for_what_the_contract_forbids() -> None:
    wanted = [answer(wanting(max_duty_hours_per_day=hours), rule_body("duty_period")) for hours in (13, 16)]

    assert [one["verdict"] for one in wanted] == ["undetermined", "invalid"]
    assert broken(wanted[1]) == [("1-duty_period", "/preferences/hard_constraints/max_duty_hours_per_day")]
    assert open_rules(wanted[0]) >= {"FAR117", "1-duty_period"}


def test_what_of_preferences_is_not_judged_is_unknown() -> None:
    preferences = {
        "soft_prefs": {"layovers": {"prefer": ["SAN"]}},
        "hard_constraints": {"legalities": ["FAR117", "EASA"]},
    }

    answered = answer({"preferences": preferences, "pairings": [day_trip(2)]})

    assert open_rules(answered) == {"PREFERENCE_LAYOVERS", "PREFERENCE_LEGALITIES"}
    assert answered["verdict"] == "undetermined"


def test_candidates_are_ranked_by_verdict_violations_and_score() -> None:
    rules = [
        rule_body("duty_period", "<=", 14),
        rule_body("segments_per_duty_period", "<=", 1, "segments", is_hard=False, weight=0.5, rule_id="few"),
    ]
    unknown = day_trip(4)
    unknown["duty_periods"][0]["release"] = None
    one_leg = pairing(duty(4, "08:00", "11:00", leg(4, "09:00", "10:00")))
    candidates = [
        {"id": "long", "pairings": [LONG]},
        {"id": "unknown", "pairings": [unknown]},
        {"id": "two legs", "pairings": [day_trip(4)]},
        {"id": "one leg", "pairings": [one_leg]},
        {"id": "twice long", "pairings": [LONG, pairing(duty(4, "06:00", "20:30"))]},
    ]

    answered = answer({"candidates": candidates}, *rules)

    assert [(one["rank"], one["id"], one["verdict"]) for one in answered["candidates"]] == [
        (1, "one leg", "valid"),
        (2, "two legs", "valid"),
        (3, "unknown", "undetermined"),
        (4, "long", "invalid"),
        (5, "twice long", "invalid"),
    ]
    assert answered["candidates"][3]["violations"][0]["pointer"] == "/candidates/0/pairings/0/duty_periods/0"


def test_the_same_question_has_the_same_bytes() -> None:
    document = {"pairings": [LONG, day_trip(4)], "preferences": {"soft_prefs": {"b": 1, "a": 2}}}
    turned = json.loads(json.dumps(document), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    rules = [rule_body("duty_period"), rule_body(None, rule_id="x")]

    first, second = (orjson.dumps(answer_to(one, binding(*rules))) for one in (document, turned))

    assert first == second


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], [("", "wrong_type")]),
        ({}, [("", "required")]),
        ({"month": "2026-02"}, [("", "required")]),
        ({"pairing": []}, [("/pairing", "unknown_field"), ("", "required")]),
        ({"pairings": {}}, [("/pairings", "wrong_type")]),
        ({"pairings": [{}]}, [("/pairings/0/duty_periods", "required")]),
        ({"pairings": [{"duty_periods": []}]}, [("/pairings/0/duty_periods", "out_of_range")]),
        (
            {"pairings": [{"duty_periods": [{"report": "2026-02-02T08:00"}]}]},
            [("/pairings/0/duty_periods/0/report", "naive_instant")],
        ),
        (
            {"pairings": [pairing(duty(2, "08:00", "08:00"))]},
            [("/pairings/0/duty_periods/0/release", "not_after_start")],
        ),
        (
            {"pairings": [pairing(duty(3, "08:00", "09:00"), duty(2, "08:00", "09:00"))]},
            [
                ("/pairings/0/duty_periods/1/report", "out_of_order"),
                ("/pairings/0/duty_periods/1/release", "out_of_order"),
            ],
        ),
        (
            {"pairings": [pairing(duty(2, "08:00", "12:00", leg(2, "09:00", "13:00")))]},
            [("/pairings/0/duty_periods/0/release", "out_of_order")],
        ),
        (
            {"pairings": [pairing(duty(2, "08:00", "12:00", leg(2, "09:00", "10:00", "QQQ")))]},
            [("/pairings/0/duty_periods/0/segments/0/from", "unknown_station")],
        ),
        ({"schedule": {"home_base": "SEA"}}, [("/schedule/items", "required")]),
        ({"preferences": {"pilot": 1}}, [("/preferences/pilot", "unknown_field")]),
        ({"preferences": {"seat": "FE"}}, [("/preferences/seat", "invalid")]),
        (wanting(days_off=["soon"]), [("/preferences/hard_constraints/days_off", "invalid")]),
        (wanting(max_duty_hours_per_day=0), [("/preferences/hard_constraints/max_duty_hours_per_day", "out_of_range")]),
        ({"preferences": {"pilot_id": "P-2"}}, [("/preferences/pilot_id", "conflict")]),
        ({"preferences": {"airline": "XYZ"}}, [("/preferences/airline", "conflict")]),
        ({"pairings": [], "month": "2026-13"}, [("/month", "invalid")]),
        ({"pairings": [], "month": "9999-12"}, [("/month", "invalid")]),
        ({"pairings": [], "month": {"first_day": 5, "last_day": "2026-02-01"}}, [("/month", "wrong_type")]),
        (
            {"pairings": [], "month": {"first_day": "2026-02-02", "last_day": "2026-02-01"}},
            [("/month", "out_of_range")],
        ),
        ({"candidates": []}, [("/candidates", "out_of_range")]),
        ({"candidates": [{"id": "a"}]}, [("/candidates/0", "required")]),
        (
            {"candidates": [{"id": "a", "pairings": []}, {"id": "a", "pairings": []}], "pairings": []},
            [("/candidates/1/id", "twice"), ("/candidates", "conflict")],
        ),
    ],
)
def test_faults_are_named_where_they_stand(document: object, expected: list[tuple[str, str]]) -> None:
    assert faults(document) == expected


def test_times_of_the_tests_are_seattles() -> None:
    assert at(2, "08:00") == "2026-02-02T08:00-08:00"


@pytest.mark.parametrize("gaps", [0, 0.01])
def test_the_quick_way_of_reading_pairings_reads_what_the_careful_one_reads(gaps: float) -> None:
    chance, quickly = random.Random(117), 0  # noqa: S311 - invented trips, not a secret

    for _ in range(200):
        trip = random_trip(chance, gaps=gaps)
        trip["duty_periods"].sort(key=lambda _: chance.random() if chance.random() < 0.1 else 0)
        faults_found = Faults()
        carefully = read_trip(Members(trip, pointer="/pairings/0", faults=faults_found))
        quick = quick_trip(trip, "/pairings/0", {})
        if quick is not None:
            quickly += 1
            assert (quick, len(faults_found)) == (carefully, 0)

    assert quickly > 60


@pytest.mark.parametrize(
    "amiss",
    [
        5,
        [],
        {"id": 5, "duty_periods": 5},
        {"duty_periods": [5]},
        {"duty_periods": [{"report": 5, "release": [], "segments": {}}]},
        {"duty_periods": [{"report": at(2, "08:00"), "release": at(2, "09:00"), "segments": [5]}]},
        {"duty_periods": [{"report": at(2, "08:00"), "release": at(2, "09:00"), "segments": [{"from": []}]}]},
        pairing(duty(2, "08:00", "12:00", leg(2, "09:00", "10:00", "QQQ"))),
        pairing(duty(2, "08:00", "12:00", leg(2, "10:00", "09:00"))),
        pairing(duty(2, "08:00", "12:00", leg(2, "09:00", "13:00"))),
    ],
)
def test_whatever_is_amiss_is_left_to_the_careful_way(amiss: object) -> None:
    assert quick_trip(amiss, "/pairings/0", {}) is None
    assert faults({"pairings": [amiss]})


def test_an_answer_that_would_be_endless_is_refused_not_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.validation.findings.MOST_FINDINGS", 3)
    rules = [rule_body("duty_period", "<=", 1, rule_id=str(number)) for number in range(2)]

    assert len(answer({"pairings": [LONG]}, *rules)["violations"]) == 2
    with pytest.raises(TooMuchFound):
        answer({"pairings": [LONG] * 2}, *rules)


def test_what_spans_years_is_no_line() -> None:
    years = {"pairings": [day_trip(2), day_trip(900)]}

    assert open_rules(answer(years, rule_body("duty_in_window", period="7 days"))) == {"1-duty_in_window"}
