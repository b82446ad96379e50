"""The totals that are drawn are those that are judged."""

from random import Random

import pytest

from regulations.far117.cumulative import FDP_168H, FDP_672H, FLIGHT_TIME_365D, FLIGHT_TIME_672H
from regulations.far117.evaluation import judge_document
from tests.regulations.far117.generated_windows import make_windows_document


@pytest.mark.parametrize("seed", range(60))
def test_the_greatest_total_drawn_within_an_fdp_is_its_peak(seed: int) -> None:
    roster, _ = judge_document(make_windows_document(Random(seed)))  # noqa: S311 # repeatable, not secret

    for index, period in roster.periods.items():
        curves = roster.totals.curves(period.start, period.end)
        assert set(curves) == {FDP_168H, FDP_672H, FLIGHT_TIME_672H, FLIGHT_TIME_365D}
        for rule_id in (FDP_168H, FDP_672H, FLIGHT_TIME_672H):
            corners = curves[rule_id]
            assert (corners[0][0], corners[-1][0]) == (period.start, period.end)
            assert max(minutes for _, minutes in corners) == roster.peaks[index][rule_id].minutes


def test_totals_of_days_begin_at_midnight_at_home_base() -> None:
    leg = {"from": "JFK", "to": "BOS", "out": "2026-02-02T23:30-05:00", "in": "2026-02-03T00:20-05:00"}
    period = {"kind": "fdp", "report": leg["out"], "release": "2026-02-03T01:00-05:00", "segments": [leg]}
    history = [{"date": "2026-02-01", "flight_minutes": 100, "fdp_minutes": 100}]
    roster, _ = judge_document({"home_base": "JFK", "history": history, "items": [period]})
    start = roster.periods[0].start - 23 * 60 - 30

    curve = roster.totals.curves(roster.periods[0].start, roster.periods[0].end)[FLIGHT_TIME_365D]

    assert curve == [(start, 130), (start + 1440, 150)]
