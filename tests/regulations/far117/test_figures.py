"""The numbers of the law, against a second transcription from the regulation: hours and clock times as it prints them."""

from dataclasses import asdict

import pytest

from regulations.far117.figures import figures, read_figures
from regulations.far117.loading import catalogue

HOUR = 60


def test_every_figure_is_that_of_the_regulation() -> None:
    assert asdict(read_figures(catalogue())) == {
        # 117.3: 0200 to 0559; 0100 to 0700; 60 degrees; 72 hours.
        "wocl_start_minute": 2 * HOUR,
        "wocl_end_minute": 6 * HOUR,
        "night_start_minute": 1 * HOUR,
        "night_end_minute": 7 * HOUR,
        "theater_degrees": 60,
        "theater_minutes": 72 * HOUR,
        # 117.11(c), 117.19(a)(4), (b)(4): 10 days.
        "flight_time_report_days": 10,
        "extension_report_days": 10,
        # 117.15: 2200 to 0500, 3 hours, 14 hours together.
        "split_earliest_minute": 22 * HOUR,
        "split_latest_minute": 5 * HOUR,
        "split_minutes": 3 * HOUR,
        "split_combined_minutes": 14 * HOUR,
        # 117.17(c), (d): 2 hours, 90 minutes, three segments.
        "landing_rest_minutes": 2 * HOUR,
        "monitoring_rest_minutes": 90,
        "augmented_segments": 3,
        # 117.19(a)(1), (2): 2 hours; 30 minutes; the rest of 117.25(b).
        "extension_minutes": 2 * HOUR,
        "long_extension_minutes": 30,
        "long_extension_rest_minutes": 30 * HOUR,
        # 117.21(c)(1), (3), (4), (d): 14 hours; plus 4 hours, 16 hours; 12 hours.
        "rap_minutes": 14 * HOUR,
        "reserve_added_minutes": 4 * HOUR,
        "reserve_cap_minutes": 16 * HOUR,
        "notice_minutes": 12 * HOUR,
        # 117.23: 100 hours in 672, 1,000 in 365 days, 60 in 168, 190 in 672.
        "flight_672h_minutes": 100 * HOUR,
        "flight_672h_window_minutes": 672 * HOUR,
        "flight_365d_minutes": 1000 * HOUR,
        "flight_365d_window_days": 365,
        "fdp_168h_minutes": 60 * HOUR,
        "fdp_168h_window_minutes": 168 * HOUR,
        "fdp_672h_minutes": 190 * HOUR,
        "fdp_672h_window_minutes": 672 * HOUR,
        # 117.25: 30 hours in 168; 36; 56 with three nights after 168 hours and 60 degrees; 10; 8 of sleep.
        "weekly_rest_minutes": 30 * HOUR,
        "weekly_rest_window_minutes": 168 * HOUR,
        "acclimating_rest_minutes": 36 * HOUR,
        "return_rest_minutes": 56 * HOUR,
        "return_nights": 3,
        "return_degrees": 60,
        "return_away_minutes": 168 * HOUR,
        "rest_minutes": 10 * HOUR,
        "sleep_minutes": 8 * HOUR,
        # 117.27: three; five with two hours of rest in each.
        "nights_without_rest": 3,
        "nights_with_rest": 5,
        "night_rest_minutes": 2 * HOUR,
    }


def test_the_figures_are_read_once() -> None:
    assert figures() is figures()


def test_a_catalogue_that_lacks_a_figure_is_refused() -> None:
    law = catalogue()
    poorer = type(law)(ruleset=law.ruleset, sections=law.sections, rules=law.rules[2:], tables=law.tables)

    with pytest.raises(KeyError):
        read_figures(poorer)
