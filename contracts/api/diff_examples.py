"""Examples of comparisons in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

_SIDE = {
    "contract": "5f0c1a52-6f0e-4b5c-9d0e-1c2f3a4b5c6d",
    "revision": "9d1c" * 16,
    "is_kept": False,
    "airline": "CSC",
    "contract_type": "cba",
    "contract_version": "2026",
    "title": "Agreement between Cascadia Air and the Cascadia Pilots Association",
    "status": "active",
    "rule_count": 1,
}
_RULE = {
    "id": "0b7f5a4e-2c1d-4e8f-9a6b-3d2c1b0a9f8e",
    "rule_id": "10-e-1-rest-between-duty-periods",
    "category": "rest",
    "title": "Rest between duty periods: at least 12 hours",
    "description": "Rest from release to next report.",
    "rule_text": "Rest away from the Domicile shall be scheduled for no fewer than twelve (12) hours.",
    "citation": "Section 10.E.1",
    "is_hard_constraint": True,
    "weight": 1,
    "applies_to": {},
    "parameters": {},
    "predicate": {
        "metric": "rest_between_duty_periods",
        "operator": ">=",
        "value": 12,
        "unit": "hours",
        "period": None,
    },
    "page": 14,
    "is_decided": True,
}
_OLD_RULE = _RULE | {"predicate": _RULE["predicate"] | {"value": 11}}  # type: ignore[operator] # a mapping
DIFF_EXAMPLE = OpenApiExample(
    "A rest that got longer",
    response_only=True,
    value={
        "next": None,
        "previous": None,
        "before": _SIDE | {"contract_version": "2022", "status": "superseded"},
        "after": _SIDE,
        "summary": {"added": 0, "removed": 0, "changed": 1, "unchanged": 0, "tighter": 1, "looser": 0},
        "results": [
            {
                "kind": "changed",
                "before": _OLD_RULE,
                "after": _RULE,
                "paired": {"by": "rule_id", "likeness": None, "words": "The same rule id on both sides."},
                "changes": [{"field": "value", "before": 11, "after": 12, "parts": []}],
                "limit": {
                    "change": "tighter",
                    "favours": "pilot",
                    "words": "Tighter: at least 12 hours instead of at least 11 hours; in the pilot's favour.",
                },
            }
        ],
    },
)
LAW_EXAMPLE = OpenApiExample(
    "A rest longer than the law's",
    response_only=True,
    value={
        "next": None,
        "previous": None,
        "contract": _SIDE,
        "law": {"part": "14 CFR Part 117", "amended_through": "78 FR 69288, 2013-11-19"},
        "summary": {
            "law_binds": 0,
            "contract_binds": 1,
            "equal": 0,
            "depends": 0,
            "law_sets_none": 0,
            "not_comparable": 0,
        },
        "results": [
            {
                "verdict": "contract_binds",
                "words": "The contract requires 12 h, the law 10 h (14 CFR 117.25(e)): the contract binds.",
                "citations": ["14 CFR 117.25(e)"],
                "figures": [
                    {
                        "rule_id": "FAR117_REST_10H",
                        "citation": "14 CFR 117.25(e)",
                        "pilots": [],
                        "least": 600,
                        "most": 600,
                        "unit": "minutes",
                        "verdict": "contract_binds",
                        "words": "The contract requires 12 h, the law 10 h (14 CFR 117.25(e)): the contract binds.",
                        "where": [],
                    }
                ],
                "rule": _RULE,
            }
        ],
    },
)
