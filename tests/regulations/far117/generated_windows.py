"""Plain FDPs, and days before them, whose totals pass in and out of the rolling windows."""

from datetime import date, timedelta
from random import Random

from tests.regulations.far117.generated import Document, instant_text
from tests.regulations.far117.naive.clock import BY_IATA, DAY, instant_of_local, local

HOMES = ["JFK", "LHR", "SYD", "HNL", "KTM"]
GAPS = [600, 1440, 5 * DAY, 7 * DAY - 720, 7 * DAY - 15, 20 * DAY, 28 * DAY - 735, 28 * DAY - 15]
FIRST_DAYS = ["2026-03-20", "2026-04-20", "2026-10-20", "2026-11-20", "2028-03-10", "2027-01-05"]


def _period(chance: Random, home: str, report: int, length: int) -> Document:
    """An FDP of that length: one flight, or two with a turn between; sometimes a split rest or a declaration."""
    end = report + length
    middle = report + length // 2
    turn = chance.choice([0, 20, 200])
    item: Document = {
        "kind": "fdp",
        "report": instant_text(report),
        "release": instant_text(end + chance.choice([0, 15])),
    }
    if length < 300 or chance.random() < 0.3:
        legs = [(report + chance.choice([0, 45]), end)]
    else:
        legs = [(report + 45, middle - turn // 2), (middle + turn - turn // 2, end)]
    item["segments"] = [
        {"from": home, "to": home, "out": instant_text(out), "in": instant_text(arrival)} for out, arrival in legs
    ]
    if turn == 200 and len(legs) == 2:
        rest = {"start": instant_text(middle - 90), "end": instant_text(middle + 90)}
        item["split_rest"] = rest | {"suitable_accommodation": True, "scheduled_minutes": 180}
    declaration = chance.choice([None, None, None, None, "before_takeoff", "after_takeoff", "exceedance"])
    if declaration == "exceedance":
        item["flight_time_exceedance"] = True
    elif declaration:
        item["extension"] = declaration
    return item


def _history(chance: Random, first_day: date) -> list[Document]:
    """Days that end, begin or lie at the windows' edges, with enough on them to matter."""
    edges = [*range(1, 9), *range(24, 32)]
    days = set(chance.sample(edges, chance.randint(0, 9))) | set(chance.sample(range(9, 24), chance.randint(0, 10)))
    if chance.random() < 0.3:
        days |= set(range(40, 360, 10)) | {chance.choice([363, 364, 365, 366])}
    heavy = chance.choice([300, 500, 700, 900])
    return [
        {
            "date": (first_day - timedelta(days=back)).isoformat(),
            "flight_minutes": 1300 if back >= 40 else chance.randint(0, heavy * 2 // 3),
            "fdp_minutes": 1320 if back >= 40 else chance.randint(0, heavy + 200),
        }
        for back in days
    ]


def make_windows_document(chance: Random) -> Document:
    """One roster for the four cumulative rules."""
    home = chance.choice(HOMES)
    zone = BY_IATA[home]["tz"]
    first_day = date.fromisoformat(chance.choice(FIRST_DAYS)) + timedelta(days=chance.randint(0, 13))
    now = instant_of_local(first_day, 0, zone) + chance.choice([0, 0, 1, chance.randint(0, DAY - 1)])
    first_start = now
    items = []
    dense = chance.random() < 0.4
    for _ in range(chance.randint(4, 7) if dense else chance.randint(1, 4)):
        length = chance.choice([720, 779, 840] if dense else [60, 500, 720, 779, 840, 1000])
        items.append(_period(chance, home, now, length))
        if not dense and chance.random() < 0.4:
            now += chance.choice([5, 7, 28]) * DAY
        else:
            now += length + 15 + chance.choice([480, 600, 720] if dense else GAPS)
    document: Document = {"home_base": home, "items": items}
    if chance.random() < 0.8:
        document["history"] = _history(chance, local(first_start, zone).date())
    return document
