"""The schedule document and its answer as JSON Schemas (2020-12), for the OpenAPI document; docs/far117/ says what they mean."""

from typing import Any

from regulations.far117.cumulative import FDP_168H, FDP_672H, FLIGHT_TIME_365D, FLIGHT_TIME_672H
from regulations.far117.document import MOST_ITEMS
from regulations.far117.findings import FindingStatus, FindingUnit
from regulations.far117.schedule import Extension, ItemKind, TheaterClock
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, REST_FACILITY_CLASSES

Schema = dict[str, Any]

# Not `date-time`, which has seconds always: here they may be left out, and are nothing where they stand.
INSTANT: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00(\.0+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$",
    "description": "An ISO 8601 instant with its offset from UTC or `Z`, in whole minutes.",
    "examples": ["2026-03-02T06:00-08:00"],
}
STATION: Schema = {"type": "string", "pattern": "^[A-Z0-9]{3,4}$", "description": "IATA or ICAO code."}
MINUTES: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
NAME: Schema = {"type": ["string", "integer"]}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *, about: str = "") -> Schema:
    """An object without other members; null stands for an optional one that is not there."""
    nullable = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in (optional or {}).items()}
    described: Schema = {"description": about} if about else {}
    return {
        **described,
        "type": "object",
        "properties": {**required, **nullable},
        "required": list(required),
        "additionalProperties": False,
    }


def _item(kind: ItemKind, required: dict[str, Schema], optional: dict[str, Schema], *, about: str) -> Schema:
    return _object({"kind": {"const": kind.value}, **required}, {"id": NAME, **optional}, about=about)


_SPAN = {"start": INSTANT, "end": INSTANT}
_SEGMENT = _object(
    {"from": STATION, "to": STATION, "out": INSTANT, "in": INSTANT},
    {"deadhead": BOOLEAN, "number": NAME},
    about="A leg, block to block.",
)
_SPLIT_REST = _object({**_SPAN, "suitable_accommodation": BOOLEAN}, {"scheduled_minutes": MINUTES})
_IN_FLIGHT_REST = _object({}, {"landing_pilot_minutes": MINUTES, "monitoring_pilot_minutes": MINUTES})

SCHEDULE_DOCUMENT: Schema = _object(
    {
        "home_base": STATION,
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ITEMS,
            "description": "In order of time, without overlap.",
            "items": {
                "oneOf": [
                    _item(
                        ItemKind.FDP,
                        {"report": INSTANT, "release": INSTANT},
                        {
                            "segments": {"type": "array", "items": _SEGMENT},
                            "pilots": {"enum": [MINIMUM_CREW, *AUGMENTED_CREWS]},
                            "rest_facility": {"enum": list(REST_FACILITY_CLASSES)},
                            "airport_reserve": BOOLEAN,
                            "rap_start": INSTANT,
                            "notified_at": INSTANT,
                            "scheduled_end": INSTANT,
                            "split_rest": _SPLIT_REST,
                            "in_flight_rest": _IN_FLIGHT_REST,
                            "extension": {"enum": [extension.value for extension in Extension]},
                            "flight_time_exceedance": BOOLEAN,
                            "sleep_opportunity_minutes": MINUTES,
                        },
                        about="A flight duty period.",
                    ),
                    _item(
                        ItemKind.SHORT_CALL,
                        _SPAN,
                        {"sleep_opportunity_minutes": MINUTES},
                        about="A RAP without a call.",
                    ),
                    _item(ItemKind.LONG_CALL, _SPAN, {}, about="Long-call reserve."),
                    _item(
                        ItemKind.DEADHEAD,
                        {**_SPAN, "from": STATION, "to": STATION},
                        {},
                        about="Deadhead transportation on its own.",
                    ),
                    _item(ItemKind.DUTY, _SPAN, {}, about="Any other duty."),
                ]
            },
        },
    },
    {
        "acclimated_at": STATION,
        "position": STATION,
        "theater_clock": {"enum": [clock.value for clock in TheaterClock]},
        "history": {
            "type": "array",
            "items": _object(
                {"date": {"type": "string", "format": "date"}, "flight_minutes": MINUTES, "fdp_minutes": MINUTES}
            ),
        },
    },
    about="What a pilot did or is to do: docs/far117/schedule-document.md.",
)


def _nullable(kind: str, **more: Any) -> Schema:
    return {"type": [kind, "null"], **more}


_CUMULATIVE = {
    "anyOf": [
        _object({name: {"type": "integer"} for name in (FLIGHT_TIME_672H, FDP_168H, FDP_672H, FLIGHT_TIME_365D)}),
        {"type": "null"},
    ]
}
_FINDING = _object(
    {
        "rule_id": {"type": "string"},
        "citation": {"type": "string"},
        "status": {"enum": [status.value for status in FindingStatus]},
        "item": {"type": "integer"},
        "pointer": {"type": "string"},
        "limit": _nullable("integer"),
        "actual": _nullable("integer"),
        "margin": _nullable("integer", description="What is left; negative where the limit is broken."),
        "unit": {"enum": [unit.value for unit in FindingUnit]},
        "explanation": {"type": "string"},
    }
)
_ROW = _object(
    {
        "item": {"type": "integer"},
        "id": {"type": ["string", "integer", "null"]},
        "kind": {"enum": [kind.value for kind in ItemKind]},
        "station": {"type": "string", "description": "Where the pilot was when it began."},
        "acclimated": BOOLEAN,
        "clock": {"type": "string", "description": "IANA zone of the clock that enters the tables."},
        "rest_before_minutes": _nullable("integer", description="Time without an item right before it."),
        "fdp_start": _nullable("string", format="date-time"),
        "fdp_end": _nullable("string", format="date-time"),
        "elapsed_minutes": _nullable("integer"),
        "fdp_limit_minutes": _nullable("integer"),
        "fdp_margin_minutes": _nullable("integer"),
        "flight_minutes": _nullable("integer"),
        "flight_limit_minutes": _nullable("integer"),
        "flight_margin_minutes": _nullable("integer"),
        "segments": _nullable("integer"),
        "infringes_wocl": _nullable("boolean"),
        "latest_fdp_end": _nullable("string", format="date-time"),
        "latest_fdp_end_extended": _nullable("string", format="date-time"),
        "binding_rule": _nullable("string", description="The rule that `latest_fdp_end` comes from."),
        "peaks": {**_CUMULATIVE, "description": "Minutes under each cumulative limit at its peak within the FDP."},
        "remaining": {**_CUMULATIVE, "description": "What is left under each; negative where it is passed."},
    }
)
ANSWER: Schema = _object(
    {
        "verdict": {"enum": ["legal", "illegal", "undetermined"]},
        "ruleset": {"type": "string"},
        "assumptions": {"type": "array", "items": {"type": "string"}},
        "findings": {"type": "array", "items": _FINDING},
        "items": {"type": "array", "items": _ROW},
    },
    about="What was found, by item and rule, and the figures of every item: docs/far117/answer.md.",
)
