"""The law over the API: for everybody, exact shapes, exact refusals."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from regulations.models import RegulatoryRule

RULES = "/api/v1/regulations/rules/"
LIMITS = "/api/v1/regulations/limits/"
ASKED = {"report": "05:30", "segments": "2", "pilots": "2", "rest_facility": "", "acclimated": "true"}


def pointers(answer: Any) -> list[tuple[str, str]]:
    """Where a problem document says the faults are."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def test_a_rule_has_the_shape_of_a_rule(client: Client, law: None) -> None:
    stored = RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H")

    answer = client.get(f"{RULES}FAR117_FDP_168H/")

    assert answer.json() == {
        "id": str(stored.id),
        "source": "far117",
        "rule_id": "FAR117_FDP_168H",
        "category": "cumulative",
        "title": "FDP in 168 hours",
        "description": "At most 60 hours.",
        "rule_text": "At most 60 hours.",
        "citation": "14 CFR 117.23(c)(1)",
        "is_hard_constraint": True,
        "weight": 1,
        "applies_to": {},
        "parameters": {"hours": 60, "window_hours": 168},
        "predicate": {
            "metric": "flight_duty_period_in_window",
            "operator": "<=",
            "value": 3600,
            "unit": "minutes",
            "period": "168 hours",
        },
        "effective_date": "2014-01-04",
        "expiration_date": None,
        "parsing_confidence": 1,
        "evidence": None,
        "section": "117.23",
        "computed": True,
        "source_url": "https://www.ecfr.gov/current/title-14/section-117.23",
    }


def test_a_rule_without_one_number_has_no_predicate(client: Client, law: None) -> None:
    answer = client.get(f"{RULES}FAR117_SPLIT_DUTY/")

    assert answer.json()["predicate"] is None
    assert answer.json()["parameters"]["combined_hours"] == 14


@pytest.mark.parametrize("rule_id", ["FAR117_NOTHING", "far117_fdp_168h", "RETIRED"])
def test_a_rule_that_is_not_there_is_a_problem(client: Client, law: None, rule_id: str) -> None:
    RegulatoryRule.objects.filter(rule_id="FAR117_FRMS").update(is_active=False)

    answer = client.get(f"{RULES}{'FAR117_FRMS' if rule_id == 'RETIRED' else rule_id}/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_the_list_is_pages_in_the_order_of_the_law(client: Client, law: None) -> None:
    seen: list[str] = []
    address = f"{RULES}?page_size=20"

    while address:
        page = client.get(address).json()
        assert set(page) == {"next", "previous", "results"}
        seen += [rule["rule_id"] for rule in page["results"]]
        address = page["next"]

    assert seen == list(RegulatoryRule.objects.order_by("position").values_list("rule_id", flat=True))
    assert len(seen) == 43


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 43),
        ({"category": "rest"}, 7),
        ({"category": ""}, 43),
        ({"computed": "true"}, 30),
        ({"computed": "false"}, 13),
        ({"computed": ""}, 43),
        ({"computed": "false", "category": "rest"}, 2),
        ({"q": "117.23"}, 6),
        ({"q": "THEATER"}, 2),
        ({"q": "far117_rest"}, 5),
        ({"q": ""}, 43),
        ({"q": "%"}, 0),
        ({"q": "nothing of the kind"}, 0),
    ],
)
def test_filters_of_the_list(client: Client, law: None, query: dict[str, str], count: int) -> None:
    answer = client.get(RULES, {**query, "page_size": "200"})

    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize(
    ("address", "query", "expected"),
    [
        (RULES, {"kategory": "rest"}, [("/kategory", "unknown_field")]),
        (RULES, {"category": "weather"}, [("/category", "invalid_choice")]),
        (RULES, {"computed": "perhaps"}, [("/computed", "invalid")]),
        (RULES, {"q": "x" * 101}, [("/q", "max_length")]),
        (RULES, {"q": "a\x00b"}, [("/q", "null_characters_not_allowed")]),
        (f"{RULES}FAR117_FDP_168H/", {"verbose": "1"}, [("/verbose", "unknown_field")]),
        (LIMITS, {}, [("/report", "required"), ("/segments", "required")]),
        (LIMITS, {**ASKED, "crew": "2"}, [("/crew", "unknown_field")]),
        (LIMITS, {**ASKED, "report": "24:00"}, [("/report", "invalid")]),
        (LIMITS, {**ASKED, "report": "530"}, [("/report", "invalid")]),
        (LIMITS, {**ASKED, "segments": "0"}, [("/segments", "min_value")]),
        (LIMITS, {**ASKED, "segments": "1.5"}, [("/segments", "invalid")]),
        (LIMITS, {**ASKED, "pilots": "5"}, [("/pilots", "invalid_choice")]),
        (LIMITS, {**ASKED, "pilots": "3"}, [("/rest_facility", "invalid")]),
        (LIMITS, {**ASKED, "rest_facility": "1"}, [("/rest_facility", "invalid")]),
        (LIMITS, {**ASKED, "pilots": "3", "rest_facility": "4"}, [("/rest_facility", "invalid_choice")]),
        (LIMITS, {**ASKED, "acclimated": "perhaps"}, [("/acclimated", "invalid")]),
        (LIMITS, {**ASKED, "acclimated": ""}, [("/acclimated", "invalid")]),
    ],
)
def test_bad_parameters_are_problems_that_point_to_them(
    client: Client, law: None, address: str, query: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    answer = client.get(address, query)

    assert answer.status_code == 400
    assert pointers(answer) == expected


@pytest.mark.parametrize("position", ["p=abc", "p=1.5", "o=-1", "é"])
def test_a_cursor_that_was_tampered_with_is_no_page(client: Client, law: None, position: str) -> None:
    cursor = b64encode(position.encode()).decode()

    answer = client.get(RULES, {"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_cursor_past_the_last_rule_is_an_empty_page(client: Client, law: None) -> None:
    cursor = b64encode(b"p=99999999999999999999").decode()

    answer = client.get(RULES, {"cursor": cursor})

    assert answer.json()["results"] == []


def test_limits_of_the_minimum_crew(client: Client, db: None) -> None:
    answer = client.get(LIMITS, ASKED)

    assert answer.json() == {
        "flight_limit_minutes": 540,
        "fdp_limit_minutes": 720,
        "fdp_limit_extended_minutes": 840,
        "latest_fdp_end_minute": 1050,
        "latest_fdp_end_extended_minute": 1170,
        "segment_limit": None,
        "segments_allowed": True,
        "citations": ["14 CFR 117.11(a)(1), Table A", "14 CFR 117.13, Table B", "14 CFR 117.19(a)(1)"],
        "rule_ids": [
            "FAR117_FLIGHT_TIME_UNAUGMENTED",
            "FAR117_FDP_UNAUGMENTED",
            "FAR117_EXTENSION_BEFORE_TAKEOFF",
        ],
    }


def test_limits_of_an_augmented_crew_that_is_not_acclimated(client: Client, db: None) -> None:
    query = {"report": "07:00", "segments": "4", "pilots": "4", "rest_facility": "2", "acclimated": "false"}

    answer = client.get(LIMITS, query).json()

    assert (answer["flight_limit_minutes"], answer["fdp_limit_minutes"]) == (1020, 1050)
    assert (answer["segment_limit"], answer["segments_allowed"]) == (3, False)
    assert "14 CFR 117.17(a), (b), Table C" in answer["citations"]


def test_crew_and_acclimation_have_defaults(client: Client, db: None) -> None:
    answer = client.get(LIMITS, {"report": "05:30", "segments": "2"})

    assert answer.json() == client.get(LIMITS, ASKED).json()


@pytest.mark.parametrize(
    "address", [RULES, f"{RULES}?category=rest", f"{RULES}FAR117_FDP_168H/", f"{LIMITS}?report=05:30&segments=2"]
)
def test_an_unchanged_answer_is_not_sent_twice(client: Client, law: None, address: str) -> None:
    etag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": etag})
    other = client.get(address, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert (other.status_code, other.headers["ETag"]) == (200, etag)


def test_a_changed_rule_has_another_etag(client: Client, law: None) -> None:
    etag = client.get(RULES).headers["ETag"]
    RegulatoryRule.objects.filter(rule_id="FAR117_FDP_168H").update(title="Changed")

    answer = client.get(RULES, headers={"If-None-Match": etag})

    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [RULES, f"{RULES}FAR117_FDP_168H/", LIMITS])
def test_nobody_writes_the_law_over_the_api(client: Client, law: None, method: str, address: str) -> None:
    answer = getattr(client, method)(address)

    assert answer.status_code == 405
    assert RegulatoryRule.objects.in_force().count() == 43


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_takes_one_query_however_many_rules(
    client: Client, make_rules: Callable[[int], None], django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_rules(count)

    with django_assert_num_queries(1):
        answer = client.get(RULES)

    assert len(answer.json()["results"]) == count


def test_limits_ask_no_database(client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get(LIMITS, ASKED)

    assert answer.status_code == 200
