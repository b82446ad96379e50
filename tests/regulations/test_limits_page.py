"""What are my limits? The page, asked as a browser and as htmx asks it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from regulations.far117.clock import clock_text
from regulations.far117.limits import period_limits
from regulations.rosters.period import Question, period_answer

LIMITS = "/regulations/limits/"


def page(client: Client, **query: str) -> str:
    return client.get(LIMITS, query).content.decode()


def test_the_page_begins_with_an_answer(client: Client) -> None:
    shown = page(client)

    assert "Report at 07:00, 2 segments, 2 pilots, acclimated" in shown
    assert "at most 9 h of flight time and 14 h of FDP, which must end by 21:00." in shown
    for rule in ("FAR117_FLIGHT_TIME_UNAUGMENTED", "FAR117_FDP_UNAUGMENTED", "FAR117_EXTENSION_BEFORE_TAKEOFF"):
        assert f'href="/regulations/{rule}/"' in shown


def test_it_asks_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        client.get(LIMITS, {"report": "05:30", "segments": "4"})


def test_anybody_may_ask_and_is_led_to_it(client: Client) -> None:
    assert f'href="{LIMITS}"' in page(client)


def test_augmented_crews_have_their_own_limits(client: Client) -> None:
    shown = page(client, report="07:00", segments="4", pilots="3", rest_facility="1", acclimated="yes")

    assert "3 pilots with a class 1 rest facility" in shown
    assert "at most 13 h of flight time and 17 h of FDP, which must end by 00:00 the next day." in shown
    assert "But this many segments are not allowed." in shown
    assert "4 are too many" in shown


def test_who_is_not_acclimated_has_thirty_minutes_less(client: Client) -> None:
    assert "13 h 30 min of FDP" in page(client, report="07:00", segments="2", acclimated="no")


@pytest.mark.parametrize("typed", ["0530", "5:30", "05.30", " 05:30 "])
def test_times_are_read_as_people_type_them(client: Client, typed: str) -> None:
    assert "Report at 05:30" in page(client, report=typed, segments="2")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"report": "24:00"}, "Write the time as HH:MM, from 00:00 to 23:59."),
        ({"report": "soon"}, "Write the time as HH:MM"),
        ({"report": ""}, "Give the time of report"),
        ({"report": "0" * 9}, "Write the time as HH:MM."),
        ({"segments": "0"}, "At least one segment is operated."),
        ({"segments": "31"}, "At most 30 segments."),
        ({"segments": "two"}, "Write a whole number."),
        ({"segments": ""}, "Give the number of segments"),
        ({"pilots": "5"}, "A crew has 2, 3 or 4 pilots."),
        ({"pilots": "3", "rest_facility": "4"}, "A rest facility is of class 1, 2 or 3."),
        ({"acclimated": "perhaps"}, "Say yes or no."),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_stays(
    client: Client, query: dict[str, str], fault: str
) -> None:
    asked = {"report": "07:00", "segments": "2"} | query

    shown = page(client, **asked)

    assert fault in shown
    assert "No answer yet: correct what is marked in the form." in shown
    assert "figure__value" not in shown
    for name in ("report", "segments"):
        assert not asked[name] or f'value="{asked[name]}"' in shown


def test_going_back_by_htmx_gets_the_whole_page(client: Client) -> None:
    response = client.get(LIMITS, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert "<form" in response.content.decode()
    assert "HX-History-Restore-Request" in response["Vary"]


def test_help_and_faults_are_read_out_with_their_fields(client: Client) -> None:
    shown = page(client, report="soon")

    for name in ("report", "segments"):
        assert f'aria-describedby="limits-fault-{name} limits-help-{name}"' in shown
        assert f'id="limits-help-{name}"' in shown
        assert f'id="limits-fault-{name}"' in shown


def test_nothing_typed_becomes_markup(client: Client) -> None:
    shown = page(client, report='"><script>', segments="'><img src=x>")

    assert "<script>" not in shown
    assert "<img" not in shown


def test_htmx_gets_the_answer_the_faults_and_an_address_that_asks_the_same(client: Client) -> None:
    response = client.get(
        LIMITS,
        {"report": "23:10", "segments": "2", "pilots": "2", "rest_facility": "1", "acclimated": "yes"},
        headers={"HX-Request": "true"},
    )
    shown = response.content.decode()

    assert "<html" not in shown
    assert 'id="limits-lead" hx-swap-oob="innerHTML"' in shown
    assert 'id="limits-fault-report"' in shown
    assert "HX-Request" in response["Vary"]
    assert response["HX-Replace-Url"] == f"{LIMITS}?report=23%3A10&segments=2&pilots=2&acclimated=yes"
    assert "Report at 23:10" in page(client, report="23:10", segments="2", pilots="2", acclimated="yes")


@pytest.mark.parametrize("report", range(0, 1440, 7))
def test_the_drawing_holds_the_period_wherever_it_lies(report: int) -> None:
    question = Question(report, 2, 4, 1, acclimated=True)
    limits = period_limits(report_minute=report, segments=2, pilots=4, rest_facility=1, acclimated=True)

    answer = period_answer(question, limits)

    bar = answer.bar
    assert (bar.report, bar.end) == (clock_text(report), clock_text(limits.latest_fdp_end_minute % 1440))
    assert 0 < bar.period.left < bar.extension.left < 100
    assert bar.period.left + bar.period.width == pytest.approx(bar.extension.left, abs=0.02)
    assert bar.extension.left + bar.extension.width < 100
    for band in bar.wocl:
        assert 0 <= band.left < band.left + band.width <= 100.01
    met = any(band.left < bar.extension.left and bar.period.left < band.left + band.width for band in bar.wocl)
    assert ("it then counts among consecutive nights" in answer.wocl_sentence) == met
