"""A schedule document, read by the law's engine, as the trips and reserve that contracts speak of."""

from collections.abc import Iterator

from contracts.validation.line import Duty, Leg, Line, Reserve, Trip
from regulations.far117.schedule import Deadhead, FlightDutyPeriod, Item, LongCall, Schedule, Segment, ShortCall
from regulations.far117.stations import Station


def read_line(schedule: Schedule, *, days: tuple[int, int] | None, pointer: str) -> Line:
    """Its flight duty periods, deadheads and other duties as trips from base to base, its short calls as reserve."""
    reserve = []
    for item in schedule.items:
        if isinstance(item, ShortCall):
            reserve.append(Reserve(f"{pointer}/items/{item.index}", item.start, item.end))
        elif isinstance(item, FlightDutyPeriod) and item.rap_start is not None and item.rap_start < item.report:
            reserve.append(Reserve(f"{pointer}/items/{item.index}", item.rap_start, item.report))
    trips = tuple(_trips(schedule, pointer))
    return Line(trips, tuple(reserve), schedule.home_base, days, pointer)


def _trips(schedule: Schedule, pointer: str) -> Iterator[Trip]:
    """Duties are one trip until one brings the pilot home."""
    position, together = schedule.position, list[tuple[Item, Duty]]()
    for item in schedule.items:
        if isinstance(item, ShortCall | LongCall):
            continue
        duty = _duty(item, pointer)
        together.append((item, duty))
        position = _arrived(duty) or position
        if position.place == schedule.home_base.place:
            yield _trip(together)
            together = []
    if together:
        yield _trip(together)


def _trip(together: list[tuple[Item, Duty]]) -> Trip:
    first, duty = together[0]
    name = None if first.id is None else str(first.id)
    return Trip(duty.pointer, name, tuple(duty for _, duty in together))


def _duty(item: Item, pointer: str) -> Duty:
    place = f"{pointer}/items/{item.index}"
    if isinstance(item, FlightDutyPeriod):
        legs = tuple(_leg(segment, f"{place}/segments/{number}") for number, segment in enumerate(item.segments))
        return Duty(place, item.report, item.end, legs)
    if isinstance(item, Deadhead):
        leg = Leg(place, item.origin, item.destination, item.start, item.end, is_deadhead=True)
        return Duty(place, item.start, item.end, (leg,))
    return Duty(place, item.start, item.end, ())


def _leg(segment: Segment, pointer: str) -> Leg:
    return Leg(pointer, segment.origin, segment.destination, segment.out, segment.in_, segment.deadhead)


def _arrived(duty: Duty) -> Station | None:
    return duty.legs[-1].destination if duty.legs else None
