"""What one duty period is allowed, worked by hand from the printed tables."""

import pytest

from regulations.far117.clock import minute_of_day
from regulations.far117.limits import QuestionError, period_limits


@pytest.mark.parametrize(
    ("report", "segments", "acclimated", "flight", "duty"),
    [
        ("05:30", 2, True, 540, 720),
        ("05:30", 2, False, 540, 690),
        ("04:59", 1, True, 480, 600),
        ("04:59", 1, False, 480, 570),
        ("19:59", 3, True, 540, 660),
        ("20:00", 3, True, 480, 660),
        ("06:00", 9, False, 540, 600),
        ("23:59", 4, True, 480, 540),
        ("00:00", 1, True, 480, 540),
    ],
)
def test_minimum_crew(*, report: str, segments: int, acclimated: bool, flight: int, duty: int) -> None:
    limits = period_limits(report_minute=minute_of_day(report), segments=segments, acclimated=acclimated)

    assert (limits.flight_limit_minutes, limits.fdp_limit_minutes) == (flight, duty)
    assert (limits.segment_limit, limits.segments_allowed) == (None, True)
    assert [rule.rule_id for rule in limits.rules] == [
        "FAR117_FLIGHT_TIME_UNAUGMENTED",
        "FAR117_FDP_UNAUGMENTED",
        "FAR117_EXTENSION_BEFORE_TAKEOFF",
    ]


@pytest.mark.parametrize(
    ("report", "pilots", "facility", "acclimated", "flight", "duty"),
    [
        ("07:00", 3, 1, True, 780, 1020),
        ("07:00", 4, 1, True, 1020, 1140),
        ("12:59", 4, 2, True, 1020, 1080),
        ("13:00", 4, 2, False, 1020, 960),
        ("00:00", 3, 3, False, 780, 750),
        ("06:30", 4, 3, True, 1020, 870),
    ],
)
def test_augmented_crew(*, report: str, pilots: int, facility: int, acclimated: bool, flight: int, duty: int) -> None:
    limits = period_limits(
        report_minute=minute_of_day(report), segments=1, pilots=pilots, rest_facility=facility, acclimated=acclimated
    )

    assert (limits.flight_limit_minutes, limits.fdp_limit_minutes) == (flight, duty)
    assert limits.segment_limit == 3
    assert limits.rules[0].rule_id == f"FAR117_FLIGHT_TIME_{pilots}_PILOT"


@pytest.mark.parametrize(("pilots", "facility"), [(2, None), (3, 1), (4, 3)])
def test_not_acclimated_takes_thirty_minutes_from_the_duty_period_and_nothing_from_flight_time(
    pilots: int, facility: int | None
) -> None:
    for minute in range(1440):
        at_home = period_limits(report_minute=minute, segments=2, pilots=pilots, rest_facility=facility)

        away = period_limits(report_minute=minute, segments=2, pilots=pilots, rest_facility=facility, acclimated=False)

        assert away.fdp_limit_minutes == at_home.fdp_limit_minutes - 30
        assert away.flight_limit_minutes == at_home.flight_limit_minutes


def test_an_extension_adds_two_hours_and_ends_count_from_the_midnight_before() -> None:
    limits = period_limits(report_minute=minute_of_day("17:15"), segments=1)

    assert limits.fdp_limit_extended_minutes == 14 * 60
    assert limits.latest_fdp_end_minute == 29 * 60 + 15
    assert limits.latest_fdp_end_extended_minute == 31 * 60 + 15


@pytest.mark.parametrize(("segments", "allowed"), [(1, True), (3, True), (4, False)])
def test_an_augmented_crew_flies_at_most_three_segments(*, segments: int, allowed: bool) -> None:
    limits = period_limits(report_minute=480, segments=segments, pilots=3, rest_facility=1)

    assert limits.segments_allowed is allowed


@pytest.mark.parametrize(
    ("question", "member", "words"),
    [
        ({"report_minute": 1440, "segments": 1}, "report", "1440 is no minute of a day"),
        ({"report_minute": -1, "segments": 1}, "report", "-1 is no minute of a day"),
        ({"report_minute": 0, "segments": 0}, "segments", "At least one segment is operated."),
        ({"report_minute": 0, "segments": 1, "pilots": 1}, "pilots", "A crew has 2, 3 or 4 pilots."),
        (
            {"report_minute": 0, "segments": 1, "pilots": 5, "rest_facility": 1},
            "pilots",
            "A crew has 2, 3 or 4 pilots.",
        ),
        (
            {"report_minute": 0, "segments": 1, "pilots": 3},
            "rest_facility",
            "An augmented crew needs the class of its rest facility: 1, 2 or 3.",
        ),
        (
            {"report_minute": 0, "segments": 1, "pilots": 4, "rest_facility": 4},
            "rest_facility",
            "A rest facility is of class 1, 2 or 3.",
        ),
        (
            {"report_minute": 0, "segments": 1, "pilots": 2, "rest_facility": 1},
            "rest_facility",
            "A rest facility counts only with 3 or 4 pilots.",
        ),
    ],
)
def test_a_question_without_answer_names_the_member_at_fault(question: dict[str, int], member: str, words: str) -> None:
    with pytest.raises(QuestionError) as refused:
        period_limits(**question)  # type: ignore[arg-type] # every value is an int; `acclimated` is left out

    assert (refused.value.member, str(refused.value)) == (member, words)
