"""The columns of a roster as CSV: which there are, what each is called in the schedule document, and who uses it."""

from dataclasses import dataclass

HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `meaning` is what the page tells of it."""

    name: str
    meaning: str


ITEM_COLUMNS = (
    Column("kind", "fdp, short_call, long_call, deadhead, duty, or history. On every line."),
    Column("id", "Your own name for it, such as the pairing. It appears in the result."),
    Column(
        "from", "Station of departure, IATA or ICAO. Of reserve and other duty: where it is, if not at the home base."
    ),
    Column("to", "Station of arrival."),
    Column("start", "Block-out of a leg; start of a deadhead, reserve or other duty."),
    Column("end", "Block-in of a leg; end of a deadhead, reserve or other duty."),
)
PERIOD_COLUMNS = (
    Column("report", "Report time of the FDP. A line with the same one, or none, is the next leg of the same FDP."),
    Column("release", "Release from duty after the FDP, on any of its lines."),
    Column("leg_deadhead", "yes: this leg of the FDP is a deadhead."),
    Column("flight_number", "Of the leg."),
    Column("pilots", "2, 3 or 4; 2 if empty."),
    Column("rest_facility", "With 3 or 4 pilots: class 1, 2 or 3."),
    Column(
        "rap_start",
        "Called out from short call: when that reserve availability period began, by the clock of the home base.",
    ),
    Column("notified_at", "Assigned from long call: when you were told, by the clock of the home base."),
    Column("airport_reserve", "yes: began as airport or standby reserve; then there may be no leg."),
    Column("scheduled_end", "End of the FDP as scheduled, where it ended at another time."),
    Column(
        "rest_start",
        "Split duty: start of the rest after this leg, at its station of arrival; here or on a line beneath.",
    ),
    Column("rest_end", "End of that rest."),
    Column("scheduled_rest_minutes", "How long it was scheduled for beforehand; empty if it was not."),
    Column("suitable_accommodation", "yes or no: was that rest in a suitable accommodation?"),
    Column("landing_pilot_minutes", "Augmented crew: in-flight rest of the pilot who lands, minutes."),
    Column("monitoring_pilot_minutes", "Augmented crew: in-flight rest of the pilot who monitors, minutes."),
    Column("extension", "before_takeoff or after_takeoff: the FDP was extended for what nobody foresaw."),
    Column("flight_time_exceedance", "yes: what nobody foresaw after takeoff made the flight time too long."),
    Column("sleep_opportunity_minutes", "Undisturbed time for sleep in the rest before, where it is known."),
)
HISTORY_COLUMNS = (
    Column("date", "A day before the first item, at the home base: 2026-01-31."),
    Column("flight_minutes", "Flight time of that day."),
    Column("fdp_minutes", "FDP time of that day."),
)
COLUMNS = {column.name: column for column in (*ITEM_COLUMNS, *PERIOD_COLUMNS, *HISTORY_COLUMNS)}

_PLAIN = frozenset({"kind", "id", "from", "start", "end"})
USED_BY = {
    "fdp": frozenset({column.name for column in (*ITEM_COLUMNS, *PERIOD_COLUMNS)}),
    "short_call": _PLAIN | {"sleep_opportunity_minutes"},
    "long_call": _PLAIN,
    "duty": _PLAIN,
    "deadhead": _PLAIN | {"to"},
    HISTORY: frozenset({"kind", *(column.name for column in HISTORY_COLUMNS)}),
}
