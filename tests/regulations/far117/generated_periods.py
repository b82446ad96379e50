"""FDPs for `generated`: lengths around the tables, rests around 117.15, reserves around 117.21."""

from typing import TYPE_CHECKING, Any

from tests.regulations.far117.naive.clock import DAY, HOUR, local_minute_of_day
from tests.regulations.far117.naive.tables import table_a_minutes, table_b_minutes, table_c_minutes

if TYPE_CHECKING:
    from tests.regulations.far117.generated import Maker

Document = dict[str, Any]
ROW_EDGES = [  # minutes since midnight
    *(0, 239, 240, 299, 300, 359, 360, 419, 420, 719, 720),
    *(779, 780, 1019, 1020, 1199, 1200, 1319, 1320, 1379, 1380, 1439),
]
BEYOND = [-200, -60, -31, -30, -29, -1, 0, 0, 0, 1, 1, 29, 30, 31, 32, 60, 119, 120, 121, 150]


def parts(maker: "Maker", total: int, count: int, least: int) -> list[int]:
    """`total` in `count` parts of at least `least` each."""
    spare = total - least * count
    cuts = sorted(maker.chance.randint(0, spare) for _ in range(count - 1))
    return [least + end - begin for begin, end in zip([0, *cuts], [*cuts, spare], strict=True)]


def draw_period(
    maker: "Maker",
    *,
    homeward: bool = False,
    night_rest: bool = False,
    plain: bool = False,
    calm: bool = False,
    extended: bool = False,
) -> tuple[Document, int, int]:
    """(item, release, length of the deadheads at its end).

    `plain` is without the rarer fields, `calm` well within the tables, `extended` past them and declared so.
    """
    item: Document = {"kind": "fdp"}
    _draw_start(maker, item, plain=plain or night_rest)
    report = maker.now
    if night_rest:
        end = _draw_night(maker, item, report)
    elif maker.maybe(0 if plain else 7):
        end = _draw_standby(maker, item, report)
    else:
        beyond = [-200, -100, -1, 0] if calm else [29, 30, 31, 32, 60, 119, 120, 121] if extended else BEYOND
        end = _draw_flying(maker, item, report, homeward=homeward, beyond=beyond, free=not (calm or extended))
    deadhead = 0
    if not plain and maker.maybe(18) and item.get("segments"):
        end, deadhead = _draw_last_deadheads(maker, item, end)
    release = end + maker.chance.choice([0, 1, 15, 15, 30, 60])
    if not plain and release - end > 1 and maker.maybe(20):
        _put_split_rest(maker, item, end, release)
    if extended:
        item["extension"] = maker.chance.choice(["before_takeoff", "before_takeoff", "after_takeoff"])
    item |= {"report": maker.text(report), "release": maker.text(release)}
    if not plain:
        _draw_declarations(maker, item, report, end)
    return item, release, deadhead


def _draw_start(maker: "Maker", item: Document, *, plain: bool) -> None:
    """Report now, or at an edge of the tables' rows; a RAP or a long call before it."""
    busy_from = maker.now
    if not plain and maker.maybe(45):
        maker.skip_to_local(maker.chance.choice(ROW_EDGES))
    before = maker.items[-1]["kind"] if maker.items else None
    if not plain and maker.maybe(20):
        maker.skip(maker.chance.choice([0, 1, 60, 240, 600]))
        available = min(maker.now - busy_from, 16 * HOUR)
        item["rap_start"] = maker.text(maker.now - maker.chance.choice([0, available, available // 2]))
        if maker.maybe(30):
            available = maker.chance.choice([839, 840, 841, 960, 1000])
            item["rap_start"] = maker.text(maker.now)
            maker.skip(available)
    elif before == "long_call" and maker.maybe(70):
        item["notified_at"] = maker.items[-1]["end"]
    elif before != "long_call" and not plain and maker.maybe(8):
        item["notified_at"] = maker.text(maker.now - maker.chance.choice([0, 1, 599, 600, 601, 719, 720, 721, 1500]))


def _leg(maker: "Maker", begin: int, end: int, *, homeward: bool = False, deadhead: bool = False) -> Document:
    leg: Document = {"from": maker.code(maker.leave()), "to": maker.code(maker.go(homeward=homeward))}
    leg |= {"out": maker.text(begin), "in": maker.text(end)}
    if deadhead or maker.maybe(5):
        leg["deadhead"] = deadhead
    if maker.maybe(5):
        leg["number"] = maker.chance.choice(["1", "117", None])
    return leg


def _draw_crew(maker: "Maker", item: Document) -> int:
    """2 pilots mostly."""
    pilots = maker.chance.choice([2, 2, 2, 2, 2, 3, 4])
    if pilots > 2:
        item |= {"pilots": pilots, "rest_facility": maker.chance.randint(1, 3)}
        if maker.maybe(90):
            item["in_flight_rest"] = {
                "landing_pilot_minutes": maker.chance.choice([119, 120, 120, 120, 150]),
                "monitoring_pilot_minutes": maker.chance.choice([89, 90, 90, 90, 150]),
            }
            if maker.maybe(8):
                del item["in_flight_rest"][maker.chance.choice(list(item["in_flight_rest"]))]
    elif maker.maybe(10):
        item["pilots"] = 2
    return pilots


def _wanted_length(
    maker: "Maker", item: Document, report: int, segments: int, beyond: list[int], *, free: bool
) -> tuple[int, int]:
    """FDP and flight minutes: about what the tables allow on the clock at home, or where `free` anything."""
    pilots = item.get("pilots", 2)
    entered = local_minute_of_day(report, maker.zone)
    if pilots == 2:
        fdp, flight = table_b_minutes(entered, segments), table_a_minutes(entered)
    else:
        fdp, flight = table_c_minutes(entered, item["rest_facility"], pilots), {3: 780, 4: 1020}[pilots]
    length = maker.chance.randint(120, 900) if free and maker.maybe(40) else fdp + maker.chance.choice(beyond)
    near = maker.maybe(35) and free
    flown = flight + maker.chance.choice([-1, 0, 0, 1, 2]) if near else maker.chance.randint(60, 480)
    return length, max(segments, min(flown, length))


def _draw_flying(maker: "Maker", item: Document, report: int, *, homeward: bool, beyond: list[int], free: bool) -> int:
    """Segments from the report on; now and then a deadhead first and a split rest in some hole."""
    pilots = _draw_crew(maker, item)
    count = maker.chance.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8] if pilots == 2 else [1, 1, 1, 2, 3, 4])
    length, flown = _wanted_length(maker, item, report, count, beyond, free=free)
    blocks = parts(maker, flown, count, 1)
    holes = parts(maker, length - flown, count, 0)
    item["segments"] = []
    moment = report
    longest = (0, 0)
    for number, (hole, block) in enumerate(zip(holes, blocks, strict=True)):
        if number == 0 and hole >= 60 and maker.maybe(15):
            item["segments"].append(_leg(maker, moment, moment + hole // 2, deadhead=True))
        elif hole > longest[1] - longest[0]:
            longest = (moment, moment + hole)
        moment += hole + block
        item["segments"].append(_leg(maker, moment - block, moment, homeward=homeward and number == count - 1))
    if longest[1] - longest[0] >= 2 and maker.maybe(12):
        begin = maker.chance.randint(longest[0], longest[1] - 1)
        _put_split_rest(maker, item, begin, maker.chance.randint(begin + 1, longest[1]))
    return moment


def _put_split_rest(maker: "Maker", item: Document, start: int, end: int) -> None:
    item["split_rest"] = {
        "start": maker.text(start),
        "end": maker.text(end),
        "suitable_accommodation": maker.maybe(95),
        "scheduled_minutes": maker.chance.choice([180, 180, 120, end - start, end - start, end - start + 1, None])
        if maker.maybe(40)
        else min(180, end - start),
    }


def _draw_night(maker: "Maker", item: Document, report: int) -> int:
    """A short segment, a rest of some length in the night, another segment: 14 h together, about."""
    first_in = report + maker.chance.choice([45, 60, 90])
    item["segments"] = [_leg(maker, report + 20, first_in)]
    ten_at_night = report + (22 * HOUR - local_minute_of_day(report, maker.zone)) % DAY
    if ten_at_night - report > 6 * HOUR:
        ten_at_night = first_in
    start = max(first_in, ten_at_night + maker.chance.choice([-1, 0, 0, 1, 30, 60]))
    end = start + maker.chance.choice([119, 120, 121, 150, 179, 180, 181, 240, 300, 419, 420, 421])
    _put_split_rest(maker, item, start, end)
    out = end + maker.chance.choice([0, 30, 60])
    last_in = max(out + 1, out + 40, report + maker.chance.choice([0, 400, 480, 600, 720, 839, 840, 841]))
    item["segments"].append(_leg(maker, out, last_in))
    if maker.maybe(4):
        item |= {"pilots": 3, "rest_facility": 1}
    return last_in


def _draw_standby(maker: "Maker", item: Document, report: int) -> int:
    """Airport reserve without a flight, perhaps with a deadhead in it."""
    item.pop("rap_start", None)
    item["airport_reserve"] = True
    length = table_b_minutes(local_minute_of_day(report, maker.zone), 1) + maker.chance.choice(BEYOND)
    if maker.maybe(15):
        item |= {"pilots": 3, "rest_facility": maker.chance.randint(1, 3)}
    if maker.maybe(70):
        item["segments"] = []
    if maker.maybe(20):
        item["segments"] = [_leg(maker, report + 30, report + 90, deadhead=True)]
    if maker.maybe(15):
        _put_split_rest(maker, item, report + 100, report + 300)
    return report + length


def _draw_last_deadheads(maker: "Maker", item: Document, end: int) -> tuple[int, int]:
    """One or two deadhead segments after the rest of the period, some as long as Table B."""
    first_out = moment = end + maker.chance.choice([0, 45])
    for _ in range(maker.chance.choice([1, 1, 2])):
        arrival = moment + maker.chance.choice([30, 120, 500, 540, 541, 690, 720, 721, 810, 840, 841])
        item["segments"].append(_leg(maker, moment, arrival, deadhead=True))
        moment = arrival
        if maker.maybe(30):
            break
    return moment, moment - first_out


def _draw_declarations(maker: "Maker", item: Document, report: int, end: int) -> None:
    """Extensions, exceedances, schedules and sleep."""
    if maker.maybe(28):
        item["extension"] = maker.chance.choice(["before_takeoff", "before_takeoff", "after_takeoff", None])
    if maker.maybe(10):
        item["flight_time_exceedance"] = maker.maybe(90)
    if maker.maybe(12):
        item["scheduled_end"] = maker.text(max(report + 1, end + maker.chance.choice([-300, -60, -1, 0, 1, 60, 240])))
    if maker.maybe(10):
        item["sleep_opportunity_minutes"] = maker.chance.choice([0, 479, 480, 481])
    if maker.maybe(4) and item.get("segments") and "rap_start" not in item:
        item["airport_reserve"] = True
