"""Rule packs: each shape loads strictly as described, and its rules say of random trips what validation says."""

import itertools
import random
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest
import yaml
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from config.signing import NoSigningKeys, SigningKeys
from contracts.packs.content import Content, NotExpressed
from contracts.packs.shapes import SHAPES, Shape
from contracts.packs.writing import MediaType, listed, written
from contracts.predicates import judged_rules
from contracts.vocabulary import METRICS
from tests.contracts.pack_loaders import Json, Loaded, load_compiled, load_flat, load_native, load_sectioned
from tests.contracts.trip_numbers import figures_of, random_trip
from tests.contracts.validated import answer, rule_body

LOADERS: dict[Shape, Callable[[Json], Loaded]] = {
    Shape.NATIVE: load_native,
    Shape.FLAT: load_flat,
    Shape.SECTIONED: load_sectioned,
    Shape.COMPILED: load_compiled,
}
# Metric, its unit, and figures around which random trips lie.
_TRIP_RULES: list[tuple[str, str, list[float]]] = [
    ("duty_period", "hours", [8, 10.5, 14]),
    ("flight_duty_period", "hours", [6, 9.25]),
    ("flight_time_per_duty_period", "hours", [3, 8.3333]),
    ("landings_per_duty_period", "landings", [1, 2, 3]),
    ("segments_per_duty_period", "segments", [1, 2]),
    ("report_before_departure", "minutes", [45, 60]),
    ("release_after_arrival", "minutes", [30, 120]),
    ("ground_time_between_segments", "minutes", [45, 150]),
    ("rest_between_duty_periods", "hours", [10, 12, 20]),
    ("layover_length", "hours", [10, 18]),
    ("pairing_length", "days", [1, 2, 4]),
    ("time_away_from_base", "hours", [12, 60.5]),
    ("duty_periods_per_pairing", "duty periods", [1, 3]),
    ("deadhead_length", "hours", [1, 3.5]),
]
RULES = [
    rule_body(
        metric, operator, value, unit, rule_id=f"{metric} {operator} {value}", is_hard=is_hard, weight=0.4, **more
    )
    for metric, unit, values in _TRIP_RULES
    for value, (operator, is_hard) in zip(
        itertools.cycle(values),
        [("<=", True), (">=", True), ("<", False), (">", True), ("==", False), ("!=", True), ("between", True)],
        strict=False,
    )
    for more in [{"upper_value": str(value * 2)} if operator == "between" else {}]
]


def content(*bodies: Json) -> Content:
    return Content(
        airline="TST",
        version="2026.1",
        title="Pilot Agreement",
        effective_date=date(2026, 1, 1),
        expiration_date=date(2028, 12, 31),
        etag='"tag"',
        bodies=bodies,
        judged=judged_rules(bodies),
    )


def loaded(shape: Shape, media_type: MediaType, *bodies: Json) -> Loaded:
    """Through the bytes that are sent."""
    sent = written(SHAPES[shape](content(*bodies)), media_type)
    return LOADERS[shape](orjson.loads(sent) if media_type is MediaType.JSON else yaml.safe_load(sent))


def judged(trip: Json) -> dict[str, bool | None]:
    """What validation says of each rule: kept, broken, not known."""
    answered = answer({"pairings": [trip]}, *RULES)
    found: dict[str, bool | None] = {rule["rule_id"]: True for rule in RULES}
    found |= {one["rule_id"]: None for one in answered["unknown"]}
    return found | {one["rule_id"]: False for one in (*answered["violations"], *answered["penalties"])}


@pytest.mark.parametrize("gaps", [0, 0.04])
def test_packs_say_of_a_thousand_trips_what_validation_says(gaps: float) -> None:
    chance = random.Random(117)  # noqa: S311 - invented trips, not a secret
    packs = {shape: loaded(shape, MediaType.JSON, *RULES) for shape in Shape}
    seen: Counter[tuple[Any, Any]] = Counter()

    for _ in range(1000):
        trip = random_trip(chance, gaps=gaps)
        said, figures = judged(trip), figures_of(trip)
        for shape, rules in packs.items():
            for rule_id, (severity, verdict) in rules.items():
                told, expected = verdict(figures, {}), said[rule_id]
                if severity == "soft" and shape in {Shape.SECTIONED, Shape.COMPILED}:
                    assert told == (1.0 if verdict_of(packs, rule_id, figures) else 0.0)
                    told = verdict_of(packs, rule_id, figures)
                seen[told, expected] += 1

    if not gaps:
        assert {told for told, expected in seen if told is not expected} == set()
    # Of a trip with gaps a pack may not know what validation does: it looks at each end of the figures, not at each figure.
    assert {told for told, expected in seen if told is not expected} <= {None}
    assert seen[True, True] > 10_000
    assert seen[False, False] > 10_000
    assert (seen[None, None] > 1_000) == bool(gaps)


def verdict_of(packs: dict[Shape, Loaded], rule_id: str, figures: Json) -> bool | None:
    return packs[Shape.FLAT][rule_id][1](figures, {})


@pytest.mark.parametrize("shape", Shape)
def test_rules_about_the_whole_line_ask_the_context(shape: Shape) -> None:
    rules = [
        rule_body("days_off_per_month", ">=", 14, "days", rule_id="off"),
        rule_body("flight_time_in_window", "<=", 32, "hours", rule_id="week", period="7 consecutive days"),
    ]

    found = [
        {rule_id: verdict({}, context) for rule_id, (_, verdict) in loaded(shape, MediaType.JSON, *rules).items()}
        for context in (
            {"days_off_per_month": 14, "flight_time_in_window_168_hours": 32.5},
            {"days_off_per_month": 13, "flight_time_in_window_168_hours": None},
        )
    ]

    assert found == [{"off": True, "week": False}, {"off": False, "week": None}]


@pytest.mark.parametrize("shape", Shape)
def test_yaml_and_json_say_the_same(shape: Shape) -> None:
    shaped = SHAPES[shape](content(*RULES, rule_body(None, rule_id="words")))

    assert yaml.safe_load(written(shaped, MediaType.YAML)) == orjson.loads(written(shaped, MediaType.JSON))
    assert written(shaped, MediaType.YAML) == written(
        SHAPES[shape](content(*RULES, rule_body(None, rule_id="words"))), MediaType.YAML
    )


LEFT_OUT = [
    rule_body("hourly_pay_rate", ">=", 98, "USD", rule_id="pay"),
    rule_body("duty_period", exception="except in an emergency", rule_id="with exception"),
    rule_body("duty_period", applies_to={"seat": ["captain"]}, rule_id="captains"),
    rule_body("duty_period", "!=", 13, rule_id="not thirteen"),
    {**rule_body("flight_time_in_window", rule_id="FAR117_FDP_168H"), "source": "far117"},
]


@pytest.mark.parametrize("shape", Shape)
def test_what_a_shape_cannot_say_is_listed_with_the_reason(shape: Shape) -> None:
    shaped = SHAPES[shape](content(rule_body("duty_period", rule_id="said"), *LEFT_OUT))
    text = written(shaped, MediaType.YAML).decode()
    document = shaped.document

    listed_in = {
        Shape.NATIVE: document.get("not_expressed"),
        Shape.COMPILED: document.get("metadata", {}).get("not_expressed"),
    }
    rows = listed_in.get(shape) or [one.body() for one in shaped.not_expressed]

    assert [row["rule_id"] for row in rows] == [rule["rule_id"] for rule in LEFT_OUT]
    assert all(row["reason"] for row in rows)
    assert set(LOADERS[shape](document)) == {"said"}
    assert all(rule["rule_id"] in text for rule in LEFT_OUT)


def test_the_native_pack_leaves_no_rule_out() -> None:
    bodies = [*RULES, *LEFT_OUT]

    document = SHAPES[Shape.NATIVE](content(*bodies)).document

    assert [rule["rule_id"] for rule in document["rules"]] == [rule["rule_id"] for rule in bodies]
    assert all(set(body) <= set(rule) for body, rule in zip(bodies, document["rules"], strict=True))


def test_the_sections_numbers_are_the_strictest_of_the_rules() -> None:
    rules = [
        rule_body("duty_period", "<=", 14, rule_id="a"),
        rule_body("duty_period", "<=", 12.5, rule_id="b"),
        rule_body("duty_period", "<=", 10, is_hard=False, rule_id="c"),
        rule_body("rest_between_duty_periods", ">=", 11, rule_id="d"),
    ]

    document = SHAPES[Shape.SECTIONED](content(*rules)).document

    assert document["far117"] == {"min_rest_hours": 10}
    assert (document["union"]["min_rest_hours"], document["union"]["max_duty_hours_per_day"]) == (11, 12.5)


HOSTILE = "'] or __import__('os').system('x') #\n- id: {evil: yes} \x85\u2028 --- *a"


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("media_type", MediaType)
def test_nothing_of_a_document_gets_into_an_expression(shape: Shape, media_type: MediaType) -> None:
    hostile = rule_body("duty_period", period="duty period", rule_id=HOSTILE)
    hostile |= dict.fromkeys(("title", "citation", "rule_text", "description"), HOSTILE)
    left_out = rule_body("duty_period", exception=HOSTILE, rule_id=f"2{HOSTILE}")

    rules = loaded(shape, media_type, hostile, left_out)

    assert set(rules) == {HOSTILE}
    assert rules[HOSTILE][1]({"duty_period": 15}, {}) is False


def test_expressions_name_only_what_the_pack_describes_by_the_vocabulary() -> None:
    document = SHAPES[Shape.COMPILED](content(*RULES)).document
    figures = document["metadata"]["figures"]

    assert all(
        figure["metric"] in METRICS and figure["unit"] == METRICS[figure["metric"]].unit for figure in figures.values()
    )
    assert {name for name, figure in figures.items() if name.startswith(figure["metric"])} == set(figures)


def test_the_example_of_the_description_is_what_is_written() -> None:
    rules = [
        rule_body("duty_period"),
        rule_body("rest_between_duty_periods", ">=", 11, rule_id="rest"),
        rule_body("duty_period", "<", 4, rule_id="short"),
        rule_body("pairing_length", "!=", 3, "days", rule_id="not three"),
    ]

    written_rules = SHAPES[Shape.FLAT](content(*rules)).document["rules"]

    assert [rule["evaluate"] for rule in written_rules] == [
        "(trip.get('duty_period') != None or None) and trip.get('duty_period') <= 14",
        "trip.get('rest_between_duty_periods') == 'none' or "
        "(trip.get('rest_between_duty_periods') != None or None) and trip.get('rest_between_duty_periods') >= 11",
        "(trip.get('duty_period') != None or None) and trip.get('duty_period') < 4",
        "(trip.get('pairing_length') != None or None) and trip.get('pairing_length') != 3",
    ]


def test_a_header_lists_ids_safely_and_says_where_it_breaks_off() -> None:
    assert listed([NotExpressed("a b,c\r\n", ""), NotExpressed("d", "")]) == "a%20b%2Cc%0D%0A,d"
    assert listed([NotExpressed("x" * 500, "")] * 20).endswith(",...")
    assert len(listed([NotExpressed("x" * 500, "")] * 20)) < 4_100


OLD, NEW = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def test_the_newest_key_signs_and_all_are_published() -> None:
    keys = SigningKeys.parsed([NEW, OLD])
    signature = keys.sign(b"pack")
    published = {jwk["kid"]: jwk for jwk in keys.jwk_set()["keys"]}

    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(published[signature.key_id]["x"] + "="))

    public.verify(b64decode(signature.value), b"pack")
    with pytest.raises(InvalidSignature):
        public.verify(b64decode(signature.value), b"pact")
    assert len(published) == 2
    assert published[signature.key_id] | {"x": "", "kid": ""} == {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "alg": "EdDSA",
        "x": "",
        "kid": "",
    }
    assert OLD not in str(published)


@pytest.mark.parametrize("entries", [[], [""], ["x"], [NEW, "AAAA"]])
def test_keys_that_are_none_are_refused_without_being_told(entries: list[str]) -> None:
    with pytest.raises(NoSigningKeys, match="PACK_SIGNING_KEYS") as refused:
        SigningKeys.parsed(entries)

    assert NEW not in str(refused.value)
