"""The numbers of the law that the checks use, by name and in minutes; they stand in `data/part117.yaml`."""

from dataclasses import dataclass
from functools import cache

from regulations.far117.catalogue import Catalogue
from regulations.far117.clock import MINUTES_PER_HOUR, minute_of_day
from regulations.far117.loading import catalogue


@dataclass(frozen=True, slots=True)
class Figures:
    """Lengths in minutes, times of day in minutes since midnight, unless the name says otherwise."""

    # 117.3
    wocl_start_minute: int
    wocl_end_minute: int
    night_start_minute: int
    night_end_minute: int
    theater_degrees: int
    theater_minutes: int
    # 117.11, 117.19
    flight_time_report_days: int
    extension_report_days: int
    # 117.15
    split_earliest_minute: int
    split_latest_minute: int
    split_minutes: int
    split_combined_minutes: int
    # 117.17
    landing_rest_minutes: int
    monitoring_rest_minutes: int
    augmented_segments: int
    # 117.19
    extension_minutes: int
    long_extension_minutes: int
    long_extension_rest_minutes: int
    # 117.21
    rap_minutes: int
    reserve_added_minutes: int
    reserve_cap_minutes: int
    notice_minutes: int
    # 117.23
    flight_672h_minutes: int
    flight_672h_window_minutes: int
    flight_365d_minutes: int
    flight_365d_window_days: int
    fdp_168h_minutes: int
    fdp_168h_window_minutes: int
    fdp_672h_minutes: int
    fdp_672h_window_minutes: int
    # 117.25
    weekly_rest_minutes: int
    weekly_rest_window_minutes: int
    acclimating_rest_minutes: int
    return_rest_minutes: int
    return_nights: int
    return_degrees: int
    return_away_minutes: int
    rest_minutes: int
    sleep_minutes: int
    # 117.27
    nights_without_rest: int
    nights_with_rest: int
    night_rest_minutes: int


@cache
def figures() -> Figures:
    """Those of the catalogue; read once a process."""
    return read_figures(catalogue())


def read_figures(law: Catalogue) -> Figures:
    """Raises KeyError where the catalogue lacks one of them."""

    def number(rule: str, name: str) -> int:
        return law.rule(f"FAR117_{rule}").number(name)

    def hours(rule: str, name: str = "hours") -> int:
        return number(rule, name) * MINUTES_PER_HOUR

    def clock(rule: str, name: str) -> int:
        return minute_of_day(str(law.rule(f"FAR117_{rule}").parameters[name]))

    return Figures(
        wocl_start_minute=clock("DEFINITIONS", "wocl_start"),
        wocl_end_minute=clock("DEFINITIONS", "wocl_end"),
        night_start_minute=clock("DEFINITIONS", "night_start"),
        night_end_minute=clock("DEFINITIONS", "night_end"),
        theater_degrees=number("DEFINITIONS", "theater_degrees"),
        theater_minutes=hours("DEFINITIONS", "theater_hours"),
        flight_time_report_days=number("FLIGHT_TIME_EXCEEDANCE", "report_days"),
        extension_report_days=number("EXTENSION_REPORT", "report_days"),
        split_earliest_minute=clock("SPLIT_DUTY", "earliest"),
        split_latest_minute=clock("SPLIT_DUTY", "latest"),
        split_minutes=number("SPLIT_DUTY", "minimum_minutes"),
        split_combined_minutes=hours("SPLIT_DUTY", "combined_hours"),
        landing_rest_minutes=number("AUGMENTED_LANDING_REST", "minutes"),
        monitoring_rest_minutes=number("AUGMENTED_MONITORING_REST", "minutes"),
        augmented_segments=number("AUGMENTED_SEGMENTS", "segments"),
        extension_minutes=number("EXTENSION_BEFORE_TAKEOFF", "minutes"),
        long_extension_minutes=number("EXTENSION_ONCE", "minutes"),
        long_extension_rest_minutes=hours("EXTENSION_ONCE", "rest_hours"),
        rap_minutes=hours("SHORT_CALL_RAP"),
        reserve_added_minutes=hours("SHORT_CALL_UNAUGMENTED", "added_hours"),
        reserve_cap_minutes=hours("SHORT_CALL_UNAUGMENTED", "cap_hours"),
        notice_minutes=hours("LONG_CALL_WOCL_NOTICE"),
        flight_672h_minutes=hours("FLIGHT_TIME_672H"),
        flight_672h_window_minutes=hours("FLIGHT_TIME_672H", "window_hours"),
        flight_365d_minutes=hours("FLIGHT_TIME_365D"),
        flight_365d_window_days=number("FLIGHT_TIME_365D", "window_days"),
        fdp_168h_minutes=hours("FDP_168H"),
        fdp_168h_window_minutes=hours("FDP_168H", "window_hours"),
        fdp_672h_minutes=hours("FDP_672H"),
        fdp_672h_window_minutes=hours("FDP_672H", "window_hours"),
        weekly_rest_minutes=hours("REST_30_IN_168"),
        weekly_rest_window_minutes=hours("REST_30_IN_168", "window_hours"),
        acclimating_rest_minutes=hours("REST_NEW_THEATER"),
        return_rest_minutes=hours("REST_56H"),
        return_nights=number("REST_56H", "nights"),
        return_degrees=number("REST_56H", "degrees"),
        return_away_minutes=hours("REST_56H", "away_hours"),
        rest_minutes=hours("REST_10H"),
        sleep_minutes=number("SLEEP_OPPORTUNITY", "minutes"),
        nights_without_rest=number("CONSECUTIVE_NIGHTS", "without_rest"),
        nights_with_rest=number("CONSECUTIVE_NIGHTS", "with_rest"),
        night_rest_minutes=number("CONSECUTIVE_NIGHTS", "rest_minutes"),
    )
