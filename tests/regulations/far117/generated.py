"""Valid schedule documents from a source of chance: built, not filtered, and crowded around the figures of the law.

`random.Random` and hypothesis' own random object both serve as the source.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

from tests.regulations.far117.generated_periods import draw_period
from tests.regulations.far117.naive.clock import BY_IATA, DAY, EPOCH, HOUR, instant, instant_of_local, local

Document = dict[str, Any]
STATIONS = [
    *("JFK", "BOS", "ORD", "DEN", "LAX", "ANC", "HNL", "LHR", "FRA", "NRT"),
    *("ICN", "SYD", "DEL", "KTM", "LHE", "APW", "PPT", "GRU", "AKL", "MIA"),
]
CO_TERMINALS = {"JFK": ["LGA", "EWR"], "LHR": ["LGW"], "NRT": ["HND"], "ICN": ["GMP"], "MIA": ["FLL"], "ORD": ["MDW"]}
FIRST_DAYS = [  # around nights when some clock jumps, and the turns of years and of a February
    *("2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23", "2026-10-30"),
    *("2026-12-30", "2028-02-27", "2026-02-02", "2026-07-01", "2026-09-25"),
]
GAPS = [
    *(0, 1, 30, 120, 300, 480, 540, 598, 599, 599, 600, 600, 600, 601, 610, 660, 719, 720, 721, 760, 839, 840, 841),
    *(900, 1080, 1260, 1440, 1680, 1799, 1800, 1801, 2159, 2160, 2161, 2600, 2880, 3359, 3360, 3361, 3700),
    *(4000, 4319, 4320, 4321, 5000, 7000, 9000, 10079, 10080, 10081, 12000),
]
DEADHEADS = [60, 300, 539, 540, 541, 689, 690, 691, 719, 721, 780, 810, 840, 841, 900]
OFFSETS = [None, None, -300, -480, 0, 60, 345, 540, 660]


class Maker:
    """Where the pilot is and until when he is busy, while items are added."""

    def __init__(self, chance: Random, stations: Sequence[str]) -> None:
        self.chance = chance
        first_day = date.fromisoformat(chance.choice(FIRST_DAYS))
        self.stations = [chance.choice(stations) for _ in range(chance.randint(2, 4))]
        self.home = self.stations[0]
        self.place = self.home
        self.zone = BY_IATA[self.home]["tz"]
        self.now = instant_of_local(first_day, 0, self.zone) + chance.randint(0, 3 * DAY)
        self.items: list[Document] = []
        self.last_deadhead = 0

    def maybe(self, percent: int) -> bool:
        return self.chance.randint(1, 100) <= percent

    def text(self, minute: int) -> str:
        """The instant with some offset; the same instant in any."""
        offset = self.chance.choice(OFFSETS)
        moment = EPOCH + timedelta(minutes=minute)
        if offset is None:
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        return moment.astimezone(timezone(timedelta(minutes=offset))).isoformat(timespec="minutes")

    def code(self, iata: str) -> str:
        """The station as IATA, now and then as ICAO."""
        return str(BY_IATA[iata]["icao"]) if self.maybe(4) else iata

    def leave(self) -> str:
        """The station of departure: where he is, or now and then a co-terminal, or where nobody saw him arrive."""
        if self.maybe(2):
            self.place = self.chance.choice(self.stations)
        if self.maybe(8):
            self.place = self.chance.choice(CO_TERMINALS.get(self.place, [self.place]))
        return self.place

    def go(self, *, homeward: bool = False) -> str:
        """The station of arrival."""
        self.place = self.home if homeward else self.chance.choice(self.stations)
        return self.place

    def skip(self, minutes: int) -> None:
        """Let time pass since the last item."""
        self.now += minutes

    def any_gap(self) -> int:
        if self.last_deadhead and self.maybe(40):
            return max(0, self.last_deadhead + self.chance.choice([-1, 0, 1]))
        return self.chance.choice(GAPS) if self.maybe(85) else self.chance.randint(0, 4000)

    def skip_to_local(self, minute_of_day: int) -> None:
        """Let time pass until a clock at home shows that time."""
        shown = local(self.now, self.zone)
        self.now += (minute_of_day - shown.hour * HOUR - shown.minute) % DAY

    def add(self, item: Document, end: int) -> None:
        if self.maybe(20):
            item["id"] = f"item {len(self.items)}"
        self.items.append(item)
        self.now = end
        self.last_deadhead = 0

    def add_plain(self, kind: str, minutes: int) -> None:
        """A duty, long call or short call from now on."""
        item: Document = {"kind": kind, "start": self.text(self.now), "end": self.text(self.now + minutes)}
        if kind == "short_call" and self.maybe(15):
            item["sleep_opportunity_minutes"] = self.chance.choice([479, 480, 481, None])
        self.add(item, self.now + minutes)

    def add_deadhead(self, minutes: int, *, homeward: bool = False) -> None:
        item: Document = {
            "kind": "deadhead",
            "from": self.code(self.leave()),
            "to": self.code(self.go(homeward=homeward)),
        }
        item |= {"start": self.text(self.now), "end": self.text(self.now + minutes)}
        self.add(item, self.now + minutes)
        self.last_deadhead = minutes

    def add_period(self, **wishes: Any) -> None:
        """An FDP; `wishes` are those of `draw_period`."""
        item, end, last_deadhead = draw_period(self, **wishes)
        self.add(item, end)
        self.last_deadhead = last_deadhead


def draw_history(maker: Maker) -> list[Document]:
    """Days before the first item's local date: light or heavy, near the edges of the windows, or a year of them."""
    chance = maker.chance
    first_item = maker.items[0]
    begin = first_item.get("rap_start") or first_item.get("report") or first_item["start"]
    first_day = local(instant(begin), maker.zone).date()
    manner = chance.choice(["some", "some", "month", "month", "year"])
    if manner == "year":
        back = [*chance.sample(range(2, 10), 3), *range(12, 360, 8), *chance.sample(range(360, 368), 3)]
        flights, duties = [1260, 1260, 1300, 1400], [0, 600]
    elif manner == "month":
        back = chance.sample(range(1, 34), chance.randint(14, 30))
        flights, duties = chance.choice([([200, 300, 475], [500, 700, 912]), ([0, 60, 250], [300, 420])])
    else:
        back = chance.sample(range(1, 31), chance.randint(0, 8))
        flights, duties = [0, 0, 60, 600], [0, 0, 60, 700]
    return [
        {
            "date": (first_day - timedelta(days=days)).isoformat(),
            "flight_minutes": chance.choice(flights),
            "fdp_minutes": chance.choice(duties),
        }
        for days in back
    ]


def make_mixed(maker: Maker) -> None:
    """Items of all kinds."""
    for _ in range(maker.chance.randint(1, 9)):
        kind = maker.chance.choice([*["fdp"] * 11, *["short_call", "long_call"] * 2, "duty", *["deadhead"] * 3])
        if kind == "fdp":
            maker.add_period()
        elif kind == "deadhead":
            maker.add_deadhead(maker.chance.choice(DEADHEADS))
        elif kind == "short_call":
            maker.add_plain(kind, maker.chance.choice([60, 600, 839, 840, 841]))
        else:
            maker.add_plain(kind, maker.chance.choice([60, 240, 480, 1500]))
        maker.skip(maker.any_gap())


def make_nights(maker: Maker) -> None:
    """A run of nights, most with the same rest, some after a longer or shorter break."""
    rested = maker.maybe(60)
    evening = maker.chance.choice([19, 20, 20, 21]) * HOUR + maker.chance.choice([0, 30])
    for _ in range(maker.chance.randint(3, 8)):
        maker.skip_to_local(evening)
        maker.add_period(night_rest=rested or maker.maybe(50), plain=maker.maybe(80))
        if maker.maybe(12):
            maker.skip(maker.chance.choice([900, 1100, 1440]))
        elif maker.maybe(15):
            maker.skip(600)
            maker.add_plain(maker.chance.choice(["duty", "short_call", "long_call"]), maker.chance.choice([30, 120]))


def make_trip(maker: Maker) -> None:
    """Away from home for about a week, home, and a rest of about 56 h."""
    maker.add_period()
    left = maker.now
    while maker.now - left < 7 * DAY and len(maker.items) < 6:
        maker.skip(maker.any_gap())
        maker.add_period()
    maker.skip(max(0, left + 7 * DAY - maker.now) + maker.chance.choice([-601, -300, 0, 0, 1, 60, 600, 2000]) % 2000)
    if maker.maybe(25):
        maker.add_deadhead(maker.chance.choice([300, 600]), homeward=True)
    else:
        maker.add_period(homeward=True)
    maker.skip(maker.chance.choice([600, 3000, 3359, 3360, 3361, 3600, 3800, 4000, 4300]))
    for _ in range(maker.chance.randint(0, 2)):
        if maker.maybe(25):
            maker.add_plain(maker.chance.choice(["long_call", "duty", "short_call"]), 120)
            maker.skip(maker.any_gap())
        maker.add_period()
        maker.skip(maker.any_gap())


def make_dense(maker: Maker) -> None:
    """Long periods day after day."""
    for _ in range(maker.chance.randint(4, 10)):
        maker.add_period(plain=maker.maybe(70))
        maker.skip(maker.chance.choice([480, 600, 601, 660, 720, 780, 1000]))


def make_calm(maker: Maker) -> None:
    """Ordinary work, most of it legal."""
    for _ in range(maker.chance.randint(1, 7)):
        maker.skip_to_local(maker.chance.choice([420, 480, 719, 720, 900]))
        maker.add_period(plain=True, calm=True)
        maker.skip(maker.chance.choice([600, 660, 720, 1440, 1800, 2200]))


def make_reserve(maker: Maker) -> None:
    """Long and short calls, with and without a call out."""
    for _ in range(maker.chance.randint(2, 7)):
        kind = maker.chance.choice(["long_call", "short_call", "fdp", "fdp"])
        if kind == "fdp":
            maker.add_period(plain=maker.maybe(40), calm=maker.maybe(60))
        else:
            maker.add_plain(kind, maker.chance.choice([60, 300, 600, 840, 841, 1500]))
        maker.skip(maker.chance.choice([0, 300, 540, 598, 599, 600, 600, 601, 660, 720, 1800]))


def make_extended(maker: Maker) -> None:
    """Periods past the tables with an extension declared, and rests of about 30 h between some."""
    for _ in range(maker.chance.randint(2, 7)):
        maker.add_period(plain=True, extended=maker.maybe(75))
        maker.skip(maker.chance.choice([600, 610, 700, 700, 1799, 1800, 1801]))
        if maker.maybe(15):
            maker.add_plain(maker.chance.choice(["duty", "short_call", "long_call"]), maker.chance.choice([30, 120]))
            maker.skip(maker.chance.choice([600, 1799, 1800, 1801]))


MANNERS = [
    make_mixed,
    make_mixed,
    make_mixed,
    make_nights,
    make_trip,
    make_dense,
    make_calm,
    make_reserve,
    make_extended,
]


def make_document(chance: Random, stations: Sequence[str] = STATIONS) -> Document:
    """One valid schedule document."""
    maker = Maker(chance, stations)
    position = maker.home
    if maker.maybe(15):
        position = maker.place = chance.choice(maker.stations)
    chance.choice(MANNERS)(maker)
    document: Document = {"home_base": maker.code(maker.home), "items": maker.items[:12]}
    if position != maker.home:
        document["position"] = maker.code(position)
    if maker.maybe(15):
        document["acclimated_at"] = maker.code(chance.choice(maker.stations))
    if maker.maybe(30):
        document["theater_clock"] = chance.choice(["anchor", "report_station", "report_station"])
    if maker.maybe(45):
        document["history"] = draw_history(maker)
    return document


def instant_text(minute: int) -> str:
    """The instant in UTC, as answers write it."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def moved(text: str, days: int) -> str:
    """The instant that many days later, with the offset it had."""
    return (datetime.fromisoformat(text) + timedelta(days=days)).isoformat(timespec="minutes")
