"""Forms of the pages: the filter over the catalogue, the question for the limits of one period, and a roster."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from regulations.far117.clock import minute_of_day
from regulations.far117.limits import PeriodLimits, QuestionError, period_limits
from regulations.far117.schedule import TheaterClock
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, REST_FACILITY_CLASSES
from regulations.models import CATEGORY_CHOICES
from regulations.rosters.period import Question
from regulations.rosters.reading import MOST_BYTES, RosterFault

COMPUTED_CHOICES = [("", "All rules"), ("true", "Computed"), ("false", "Not computed")]
ASKED_FIRST = {"report": "07:00", "segments": "2"}
MOST_SEGMENTS = 30
BEGINNING = ("home_base", "acclimated_at", "position", "theater_clock")
STATION_LENGTH = 4
MOST_SHOWN_FAULTS = 50
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TIME = re.compile(r"\s*([0-9]{1,2})[:.]?([0-9]{2})\s*\Z")


class RuleFilterForm(forms.Form):
    """All fields may be empty: an empty one does not filter."""

    q = forms.CharField(label="Text", required=False, max_length=100, strip=True)
    category = forms.ChoiceField(label="Category", required=False, choices=[("", "All categories"), *CATEGORY_CHOICES])
    computed = forms.TypedChoiceField(
        label="Computed",
        required=False,
        choices=COMPUTED_CHOICES,
        coerce=lambda value: value == "true",
        empty_value=None,
    )


class LimitsForm(forms.Form):
    """The question of one FDP. Without any query the page asks one itself; the crew may always be left out."""

    report = forms.CharField(
        label="Report time",
        max_length=8,
        help_text="On the clock that you are acclimated to.",
        error_messages={
            "required": "Give the time of report, such as 07:00.",
            "max_length": "Write the time as HH:MM.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    segments = forms.IntegerField(
        label="Segments",
        min_value=1,
        max_value=MOST_SEGMENTS,
        help_text="Operated; deadheads do not count.",
        error_messages={
            "required": "Give the number of segments, at least 1.",
            "invalid": "Write a whole number.",
            "min_value": "At least one segment is operated.",
            "max_value": "At most %(limit_value)s segments.",
        },
    )
    pilots = forms.TypedChoiceField(
        label="Pilots",
        coerce=int,
        choices=[(count, str(count)) for count in (MINIMUM_CREW, *AUGMENTED_CREWS)],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "A crew has 2, 3 or 4 pilots."},
    )
    rest_facility = forms.TypedChoiceField(
        label="Rest facility",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, f"Class {number}") for number in REST_FACILITY_CLASSES],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "A rest facility is of class 1, 2 or 3."},
    )
    acclimated = forms.TypedChoiceField(
        label="Acclimated",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Say yes or no."},
    )

    def __init__(self, query: QueryDict) -> None:
        super().__init__(_asked(query))
        self.limits: PeriodLimits | None = None
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"limits-fault-{name} limits-help-{name}"

    def clean_report(self) -> str:
        """HH:MM of "07:00", "7:00", "7.00" and "0700"."""
        match = _TIME.match(self.cleaned_data["report"])
        text = f"{int(match[1]):02d}:{match[2]}" if match else ""
        try:
            minute_of_day(text)
        except ValueError:
            raise forms.ValidationError("Write the time as HH:MM, from 00:00 to 23:59.") from None
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("pilots") == MINIMUM_CREW:
            cleaned["rest_facility"] = None  # the page hides the choice, the browser still sends it
        if self.errors:
            return cleaned
        question = self.question
        try:
            self.limits = period_limits(
                report_minute=question.report_minute,
                segments=question.segments,
                pilots=question.pilots,
                rest_facility=question.rest_facility,
                acclimated=question.acclimated,
            )
        except QuestionError as error:
            self.add_error(error.member, str(error))
        return cleaned

    @property
    def question(self) -> Question:
        """Of a form whose fields are sound."""
        fields = self.cleaned_data
        return Question(
            report_minute=minute_of_day(fields["report"]),
            segments=fields["segments"],
            pilots=fields["pilots"],
            rest_facility=fields["rest_facility"],
            acclimated=fields["acclimated"],
        )

    @property
    def address_query(self) -> str:
        """The query that asks the same again: what was typed, without what does not count."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.data.get(name, "") for name in self.fields})
        if asked["pilots"] == str(MINIMUM_CREW):
            del asked["rest_facility"]
        return asked.urlencode()


def _station_field(label: str, help_text: str) -> forms.CharField:
    """A station's code; whether there is such a station the engine knows."""
    widget = forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "size": 6})
    return forms.CharField(label=label, required=False, max_length=STATION_LENGTH, help_text=help_text, widget=widget)


class RosterForm(forms.Form):
    """A roster as text or file, and how it begins. A file chosen takes the place of the text, which then shows it."""

    schedule = forms.CharField(
        label="Roster",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 14, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}
        ),
        error_messages={"null_characters_not_allowed": "The text holds a NUL character."},
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.json,.txt,text/csv,application/json,text/plain"}),
    )
    home_base = _station_field("Home base", "IATA or ICAO code, such as ORD.")
    acclimated_at = _station_field("Acclimated at", "Before the first line. Empty: the home base.")
    position = _station_field("You are at", "Before the first line. Empty: the home base.")
    theater_clock = forms.ChoiceField(
        label="Clock while acclimated",
        required=False,
        choices=[
            ("", "Of the place you are acclimated to"),
            (TheaterClock.REPORT_STATION.value, "Of the station of report"),
        ],
        help_text="As your operator reads 117.13.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: list[RosterFault] = []

    def clean(self) -> dict[str, Any]:
        """`schedule` becomes the text to judge, of the file where one was chosen; station codes are in capitals."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.pop("file", None)
        if file is not None:
            self._take(file, cleaned)
        # A browser sends each line end as two characters, whatever the file had.
        text = cleaned["schedule"] = cleaned.get("schedule", "").replace("\r\n", "\n")
        if len(text.encode(errors="replace")) > MOST_BYTES:
            self.add_error("schedule", f"A roster has at most {MOST_BYTES // 1_000_000} MB.")
        elif not text.strip() and not self.errors:
            self.add_error("schedule", "Paste a roster, or choose a file.")
        for name in ("home_base", "acclimated_at", "position"):
            cleaned[name] = cleaned.get(name, "").upper()
        return cleaned

    def _take(self, file: UploadedFile[Any], cleaned: dict[str, Any]) -> None:
        """Read the file in the place of the text."""
        content = file.read()
        try:
            cleaned["schedule"] = content.decode("utf-16" if content[:2] in UTF_16_MARKS else "utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", "The file is no text in UTF-8. Save it as CSV in UTF-8, or as JSON.")
            return
        if "\0" in cleaned["schedule"]:
            self.add_error("file", "The file is no text: it holds NUL characters.")
            return
        self.data = {**self.data, "schedule": cleaned["schedule"]}

    @property
    def beginning(self) -> dict[str, str]:
        """How the roster begins, of a form whose fields are sound."""
        return {name: self.cleaned_data[name] for name in BEGINNING}

    @property
    def shown_faults(self) -> list[RosterFault]:
        """As many as a person would mend before he asks again."""
        return self.faults[:MOST_SHOWN_FAULTS]

    def refuse(self, faults: Iterable[RosterFault]) -> None:
        """Put the faults of a roster to where they are: at the form's own fields, else in `faults`."""
        for fault in faults:
            if fault.member in BEGINNING:
                missing = fault.member == "home_base" and not self.beginning["home_base"]
                self.add_error(fault.member, "Give your home base." if missing else fault.text)
            else:
                self.faults.append(fault)


def _asked(query: QueryDict) -> Mapping[str, str]:
    """Without a query, the question that the page begins with."""
    first = {"pilots": str(MINIMUM_CREW), "acclimated": "yes", **({} if query else ASKED_FIRST)}
    asked = first | {name: value for name, value in query.items() if isinstance(value, str)}
    if asked["pilots"] == str(MINIMUM_CREW):
        asked.setdefault("rest_facility", str(REST_FACILITY_CLASSES[0]))  # what stands there when the choice appears
    return asked
