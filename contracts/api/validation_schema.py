"""The validation document and its answer as JSON Schemas (2020-12), for the OpenAPI document; docs/validation.md says what they mean."""

from contracts.validation.documents import MOST_CANDIDATES
from contracts.validation.findings import Source
from contracts.validation.pairings import MOST_DUTY_PERIODS, MOST_PAIRINGS, MOST_SEGMENTS
from regulations.api.schedule_schema import BOOLEAN, INSTANT, MINUTES, NAME, SCHEDULE_DOCUMENT, STATION, Schema

DATE: Schema = {"type": "string", "format": "date"}
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *, about: str = "") -> Schema:
    described: Schema = {"description": about} if about else {}
    return {
        **described,
        "type": "object",
        "properties": {**required, **{name: _optional(schema) for name, schema in (optional or {}).items()}},
        "required": list(required),
        "additionalProperties": False,
    }


_LEG = _object({}, {"from": STATION, "to": STATION, "out": INSTANT, "in": INSTANT, "deadhead": BOOLEAN, "number": NAME})
_DUTY = _object(
    {},
    {
        "report": INSTANT,
        "release": INSTANT,
        "segments": {"type": "array", "items": _LEG, "maxItems": MOST_SEGMENTS},
    },
    about="What is missing stays unknown.",
)
_PAIRINGS: Schema = {
    "type": "array",
    "maxItems": MOST_PAIRINGS,
    "description": "One line where they are in order of time without overlap; else a choice, each judged by itself.",
    "items": _object(
        {"duty_periods": {"type": "array", "items": _DUTY, "minItems": 1, "maxItems": MOST_DUTY_PERIODS}},
        {"id": NAME, "credit_minutes": MINUTES},
    ),
}
_PREFERENCES = _object(
    {},
    {
        "pilot_id": _TEXT,
        "airline": _TEXT,
        "base": STATION,
        "seat": {"enum": ["CA", "FO", "captain", "first_officer"]},
        "equip": _TEXTS,
        "hard_constraints": _object(
            {},
            {
                "days_off": {"type": "array", "items": DATE},
                "no_red_eyes": BOOLEAN,
                "max_duty_hours_per_day": {"type": "number", "exclusiveMinimum": 0},
                "legalities": _TEXTS,
            },
        ),
        "soft_prefs": {"type": "object"},
        "weights_version": {},
        "confidence": {},
        "source": {},
    },
    about="VectorBid's PreferenceSchema.",
)
_MONTH: Schema = {
    "description": "The month, or bid period, that pairings or schedule fill whole.",
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        _object({"first_day": DATE, "last_day": DATE}),
    ],
}
_WORK = {"pairings": _PAIRINGS, "schedule": SCHEDULE_DOCUMENT}
DOCUMENT: Schema = _object(
    {},
    {
        "preferences": _PREFERENCES,
        **_WORK,
        "month": _MONTH,
        "candidates": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_CANDIDATES,
            "description": "Instead of pairings and schedule: several, to be ranked.",
            "items": _object({"id": NAME}, _WORK),
        },
    },
    about="At least one of preferences, pairings, schedule and candidates: docs/validation.md.",
)
NDJSON: Schema = {"type": "string", "description": "One JSON document a line."}

_NUMBER = {"type": ["number", "null"]}
_SOURCE = {"enum": [source.value for source in Source]}
_SEVERITY = {"enum": ["hard", "soft"]}
_BREACH: dict[str, Schema] = {
    "rule_id": _TEXT,
    "source": _SOURCE,
    "severity": _SEVERITY,
    "pointer": {"type": "string", "description": "JSON Pointer into the document."},
    "message": _TEXT,
    "citation": _TEXT,
    "limit": _NUMBER,
    "actual": _NUMBER,
    "unit": _TEXT,
    "fix_hint": {"type": "string", "description": "Names the figure that would pass."},
}
_UNKNOWN = {
    "type": "array",
    "description": "Rules that could not be decided, and why; never a pass.",
    "items": _object({"rule_id": _TEXT, "source": _SOURCE, "severity": _SEVERITY, "pointer": _TEXT, "reason": _TEXT}),
}
_JUDGED: dict[str, Schema] = {
    "verdict": {"enum": ["valid", "invalid", "undetermined"]},
    "violations": {"type": "array", "items": _object(_BREACH), "description": "Hard rules that are broken."},
    "penalties": {
        "type": "array",
        "items": _object({**_BREACH, "weight": {"type": "number"}}),
        "description": "Soft rules that are broken, each at its weight.",
    },
    "unknown": _UNKNOWN,
    "score": _object(
        {"total": {"type": "number"}, "components": {"type": "object", "additionalProperties": {"type": "number"}}},
        about="What each soft rule earns: its weight where it is known to be kept, else 0.",
    ),
    "notes": {
        "type": "array",
        "items": _object({"rule_id": _TEXT, "source": _SOURCE, "pointer": _TEXT, "message": _TEXT, "citation": _TEXT}),
        "description": "What Part 117's engine says besides: neither for nor against.",
    },
    "assumptions": _TEXTS,
}
_PACK = _object(
    {
        "contract_version": {"type": ["string", "null"]},
        "etag": _TEXT,
        "rules": {"type": "integer"},
        "untested": {"type": "integer", "description": "Rules that no schedule tells anything of."},
    },
    about="The rules that the answer rests on.",
)
ANSWER: Schema = {
    "oneOf": [
        _object({**_JUDGED, "pack": _PACK}),
        _object(
            {
                "candidates": {
                    "type": "array",
                    "items": _object({"rank": {"type": "integer"}, "id": _TEXT, **_JUDGED}),
                    "description": "The best first.",
                },
                "unknown": _UNKNOWN,
                "pack": _PACK,
            }
        ),
    ]
}
