"""What one FDP may be, known from its report: figures, sentences and a bar on the clock.

Places across a drawing are percent of its width, so that it fits any window; down it they are pixels.
"""

from dataclasses import dataclass

from regulations.far117.catalogue import Rule
from regulations.far117.clock import MINUTES_PER_DAY, MINUTES_PER_HOUR, clock_text
from regulations.far117.figures import figures
from regulations.far117.limits import PeriodLimits
from regulations.far117.loading import catalogue
from regulations.rosters.words import counted, length_text, time_after_midnight

MARGIN_MINUTES = 60
MARKED_HOURS = 3
WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `report_minute` is on the acclimated clock."""

    report_minute: int
    segments: int
    pilots: int
    rest_facility: int | None
    acclimated: bool

    @property
    def words(self) -> str:
        """ "Report at 07:00, 2 segments, 2 pilots, acclimated"."""
        facility = f" with a class {self.rest_facility} rest facility" if self.rest_facility else ""
        state = "acclimated" if self.acclimated else "not acclimated"
        return (
            f"Report at {clock_text(self.report_minute)}, {counted(self.segments, 'segment')}, "
            f"{self.pilots} pilots{facility}, {state}"
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the answer, what it is, and the rule that says so. `later` says on which later day a time lies."""

    label: str
    value: str
    rule: Rule
    note: str = ""
    later: str = ""
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch across the drawing, in percent."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Hour:
    """A mark on the axis. `is_midnight`: another day begins."""

    left: float
    text: str
    is_midnight: bool


@dataclass(frozen=True, slots=True)
class PeriodBar:
    """The period from its report to its latest end, and the extension after it, over the WOCL of each night."""

    period: Band
    extension: Band
    wocl: tuple[Band, ...]
    hours: tuple[Hour, ...]
    report: str
    end: str
    extended_end: str


@dataclass(frozen=True, slots=True)
class PeriodAnswer:
    """All that the page shows of one question."""

    lead: str
    figures: tuple[Figure, ...]
    clock_sentence: str
    wocl_sentence: str
    wocl_rule: Rule
    bar: PeriodBar


def period_answer(question: Question, limits: PeriodLimits) -> PeriodAnswer:
    """Words and drawing of `limits`, which are the answer to `question`."""
    end, extended = limits.latest_fdp_end_minute, limits.latest_fdp_end_extended_minute
    return PeriodAnswer(
        lead=_lead(question, limits),
        figures=_figures(question, limits),
        clock_sentence=(
            f"On the clock: report at {clock_text(question.report_minute)}, FDP to end by {time_after_midnight(end)}, "
            f"by {time_after_midnight(extended)} with the extension."
        ),
        wocl_sentence=_wocl_sentence(question.report_minute, end),
        wocl_rule=catalogue().rule("FAR117_CONSECUTIVE_NIGHTS"),
        bar=_bar(question.report_minute, end, extended),
    )


def _lead(question: Question, limits: PeriodLimits) -> str:
    sentence = (
        f"{question.words}: at most {length_text(limits.flight_limit_minutes)} of flight time and "
        f"{length_text(limits.fdp_limit_minutes)} of FDP, which must end by "
        f"{time_after_midnight(limits.latest_fdp_end_minute)}."
    )
    return sentence if limits.segments_allowed else f"{sentence} But this many segments are not allowed."


def _figures(question: Question, limits: PeriodLimits) -> tuple[Figure, ...]:
    flight_rule, duty_rule, *others = limits.rules
    extension_rule = others[-1]
    end, end_later = _split_time(limits.latest_fdp_end_minute)
    extended, extended_later = _split_time(limits.latest_fdp_end_extended_minute)
    found = [
        Figure("Flight time", length_text(limits.flight_limit_minutes), flight_rule, "at most, block to block"),
        Figure("Flight duty period", length_text(limits.fdp_limit_minutes), duty_rule, "at most, from the report"),
        Figure("FDP ends by", end, duty_rule, "last block-in, at the latest", later=end_later),
        Figure(
            "With the extension",
            extended,
            extension_rule,
            "for what nobody foresaw, arisen before takeoff, if the pilot in command concurs",
            later=extended_later,
        ),
    ]
    if limits.segment_limit is not None:
        note = f"{question.segments} are too many" if not limits.segments_allowed else "at most, with this crew"
        found.append(
            Figure("Segments", str(limits.segment_limit), others[0], note, is_fault=not limits.segments_allowed)
        )
    return tuple(found)


def _split_time(minute: int) -> tuple[str, str]:
    text, _, later = time_after_midnight(minute).partition(" ")
    return text, later


def _wocl_sentence(report: int, end: int) -> str:
    law = figures()
    window = f"the window of circadian low ({clock_text(law.wocl_start_minute)}–{clock_text(law.wocl_end_minute)})"
    if any(start < end and report < stop for start, stop in _wocl_spans(report, end)):
        return f"Flown to its limit it meets {window}: it then counts among consecutive nights."
    return f"Even flown to its limit it stays clear of {window}."


def _wocl_spans(start: int, end: int) -> list[tuple[int, int]]:
    law = figures()
    days = range(start // MINUTES_PER_DAY, end // MINUTES_PER_DAY + 1)
    return [
        (day * MINUTES_PER_DAY + law.wocl_start_minute, day * MINUTES_PER_DAY + law.wocl_end_minute) for day in days
    ]


def _bar(report: int, end: int, extended: int) -> PeriodBar:
    first = (report - MARGIN_MINUTES) // MINUTES_PER_HOUR * MINUTES_PER_HOUR
    last = -(-(extended + MARGIN_MINUTES) // MINUTES_PER_HOUR) * MINUTES_PER_HOUR

    def at(minute: int) -> float:
        return round(WHOLE_PERCENT * (minute - first) / (last - first), 2)

    def band(start: int, stop: int) -> Band:
        start, stop = max(start, first), min(stop, last)
        return Band(left=at(start), width=round(WHOLE_PERCENT * (stop - start) / (last - first), 2))

    step = MARKED_HOURS * MINUTES_PER_HOUR
    return PeriodBar(
        period=band(report, end),
        extension=band(end, extended),
        wocl=tuple(band(start, stop) for start, stop in _wocl_spans(first, last) if start < last and stop > first),
        hours=tuple(
            Hour(at(minute), clock_text(minute % MINUTES_PER_DAY), is_midnight=minute % MINUTES_PER_DAY == 0)
            for minute in range(-(-(first + 1) // step) * step, last, step)
        ),
        report=clock_text(report),
        end=clock_text(end % MINUTES_PER_DAY),
        extended_end=clock_text(extended % MINUTES_PER_DAY),
    )
